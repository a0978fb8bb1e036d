using Hawser.Core.Intent;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Core.Plan;

/// <summary>What a plan needs to know of the host besides intent.</summary>
public sealed record HostFacts
{
    static readonly Datum Internal = Datum.Of("internal");

    /// <summary>The installation whose marks are ours.</summary>
    public required InstanceId Instance { get; init; }

    /// <summary>Whether the kernel has the openvswitch datapath.</summary>
    public bool HasKernelDatapath { get; init; }

    /// <summary>Whether ovs-vswitchd segments TCP itself (other_config:userspace-tso-enable).</summary>
    public bool HasUserspaceTso { get; init; }

    /// <summary>The bridges that exist and that Hawser did not make, with their datapath types.</summary>
    public ValueDictionary<string> ForeignBridges { get; init; } = new();

    /// <summary>
    /// The MAC addresses that bridges of ours were given. They stay, whatever network gave them first, because containers hold
    /// them in their ARP tables.
    /// </summary>
    public ValueDictionary<string> BridgeMacs { get; init; } = new();

    /// <summary>Links whose names resemble those of Docker's bridges but that are none: uplinks of the host, above all.</summary>
    public ValueArray<string> DockerLookalikes { get; init; } = [];

    /// <summary>Internal ports that carry the mark of another installation of Hawser.</summary>
    public ValueArray<string> Neighbours { get; init; } = [];

    /// <summary>What Open vSwitch's database says of OVN.</summary>
    public OvnSettings Ovn { get; init; } = new();

    /// <summary>The bridge that the ports of a network's containers are on.</summary>
    public string BridgeOf(NetworkRecord network) => network.IsOnIntegrationBridge ? Ovn.Bridge : network.Bridge;

    /// <summary>The facts with what a snapshot of the Open_vSwitch database says.</summary>
    public HostFacts With(Snapshot snapshot) => this with
    {
        HasUserspaceTso =
            snapshot[Vswitch.OpenVSwitch].Rows.FirstOrDefault()?["other_config"].StringValue("userspace-tso-enable") == "true",
        Ovn = OvnSettings.Read(snapshot),
        ForeignBridges = new(
            from bridge in snapshot[Vswitch.Bridge].Rows
            where Marks.UnitOf(bridge) is null
            select KeyValuePair.Create(bridge.Get(Vswitch.Name), bridge.Get(Vswitch.DatapathType))),
        Neighbours =
        [
            .. snapshot[Vswitch.Interface].Rows
                .Where(i => i["type"].Equals(Internal) && Marks.InstanceOf(i) is { } other && other != Instance)
                .Select(i => i.Get(Vswitch.Name))
                .Order(StringComparer.Ordinal)
        ],
        BridgeMacs = new(
            from bridge in snapshot[Vswitch.Bridge].Rows
            where Marks.UnitOf(bridge) is not null
            let mac = bridge["other_config"].StringValue("hwaddr")
            where mac is not null
            select KeyValuePair.Create(bridge.Get(Vswitch.Name), mac)),
    };
}
