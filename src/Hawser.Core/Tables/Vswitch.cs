using System.Collections.Immutable;
using Hawser.Ovsdb;

namespace Hawser.Core.Tables;

/// <summary>What Hawser reads and writes of the Open_vSwitch database (vswitch.ovsschema, described in vswitch.xml).</summary>
public static class Vswitch
{
    /// <summary>The database's name.</summary>
    public const string Database = "Open_vSwitch";

    /// <summary>The table of one row, the root of all others.</summary>
    public const string OpenVSwitch = "Open_vSwitch";

    /// <summary>The table of bridges.</summary>
    public const string Bridge = "Bridge";

    /// <summary>The table of ports.</summary>
    public const string Port = "Port";

    /// <summary>The table of interfaces.</summary>
    public const string Interface = "Interface";

    /// <summary>The table of what ports do with the traffic that they send.</summary>
    public const string QoS = "QoS";

    /// <summary>The table of queues, which rows of <see cref="QoS"/> refer to.</summary>
    public const string Queue = "Queue";

    /// <summary>The table of OpenFlow controllers.</summary>
    public const string Controller = "Controller";

    /// <summary>The table of at most one row that names the keys of ssl connections.</summary>
    public const string Ssl = "SSL";

    /// <summary>The key in Interface.external_ids that ovn-controller sets to "true" once it has installed the flows of the port.</summary>
    public const string OvnInstalled = "ovn-installed";

    /// <summary>Open_vSwitch.next_cfg: raised by a client that wants to know when it was applied.</summary>
    public static readonly Column<long> NextCfg = Column.Integer("next_cfg");

    /// <summary>Open_vSwitch.cur_cfg: the last next_cfg that ovs-vswitchd has applied.</summary>
    public static readonly Column<long> CurCfg = Column.Integer("cur_cfg");

    /// <summary>Interface.ofport: positive once the port works, -1 if it could not be made.</summary>
    public static readonly Column<long?> OfPort = Column.OptionalInteger("ofport");

    /// <summary>Interface.error: why it could not be made.</summary>
    public static readonly Column<string?> Error = Column.OptionalString("error");

    /// <summary>The name of a bridge, port or interface.</summary>
    public static readonly Column<string> Name = Column.String("name");

    /// <summary>Bridge.datapath_type: "", "system" or "netdev".</summary>
    public static readonly Column<string> DatapathType = Column.String("datapath_type");

    /// <summary>SSL.private_key: a file.</summary>
    public static readonly Column<string> PrivateKey = Column.String("private_key");

    /// <summary>SSL.certificate: a file.</summary>
    public static readonly Column<string> Certificate = Column.String("certificate");

    /// <summary>SSL.ca_cert: a file.</summary>
    public static readonly Column<string> CaCertificate = Column.String("ca_cert");

    /// <summary>
    /// The tables; those that others refer to come last. Statistics are not followed: ovs-vswitchd writes them every five
    /// seconds.
    /// </summary>
    public static ImmutableArray<OwnedTable> Tables { get; } =
    [
        new(OpenVSwitch, ["bridges", "next_cfg", "cur_cfg", "other_config", Marks.ExternalIds, "ovs_version"]) { IsPruned = false },
        new(Bridge, ["name", "ports", "datapath_type", "controller", "other_config", Marks.ExternalIds])
        {
            Optional = ["fail_mode", "protocols"],
            Parents = [new(OpenVSwitch, "bridges")],
        },
        new(Port, ["name", "interfaces", "tag", Marks.ExternalIds])
        {
            Optional = ["trunks", "vlan_mode", "qos"],
            Parents = [new(Bridge, "ports")],
        },
        new(Interface, ["name", "type", "options", "ofport", "error", Marks.ExternalIds])
        {
            Optional = ["mac", "mtu_request", "ingress_policing_rate", "ingress_policing_burst"],
            Parents = [new(Port, "interfaces")],
            IsPruned = false,
        },
        new(Controller, ["target", Marks.ExternalIds]) { Parents = [new(Bridge, "controller")], IsPruned = false },
        new(QoS, ["queues", Marks.ExternalIds]) { Parents = [new(Port, "qos")], MayBeLacking = true },
        new(Queue, [Marks.ExternalIds]) { Parents = [new(QoS, "queues")], MayBeLacking = true },
        new(Ssl, ["private_key", "certificate", "ca_cert"]) { IsPruned = false },
    ];

    /// <summary>What a replica has to follow.</summary>
    public static ImmutableArray<TableMonitor> Monitors { get; } = OwnedTable.Monitors(Tables);

    /// <summary>Whether nothing but its ports has changed of a bridge's row.</summary>
    public static bool DiffersInPortsOnly(RowChange bridge) =>
        bridge is { Table: Bridge, Old: { } old, New: { } now } && old.Columns.Where(c => c != "ports").All(c => old[c].Equals(now[c]));

    /// <summary>Whether nothing but its OpenFlow port has changed of an interface's row.</summary>
    public static bool DiffersInOfPortOnly(RowChange change) =>
        change is { Table: Interface, Old: { } old, New: { } now }
        && old.Columns.Where(c => c != OfPort.Name).All(c => old[c].Equals(now[c]));

    /// <summary>Whether the settings in the table of one row have changed.</summary>
    public static bool DiffersInSettings(RowChange root) =>
        root is { Old: { } old, New: { } now }
        && !(old["other_config"].Equals(now["other_config"]) && old[Marks.ExternalIds].Equals(now[Marks.ExternalIds]));
}
