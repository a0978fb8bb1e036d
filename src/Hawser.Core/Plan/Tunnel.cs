using System.Net;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Core.Plan;

/// <summary>A tunnel of ovn-controller to another chassis, on the datapath in userspace.</summary>
/// <param name="Id">The interface's row: a tunnel that was made again has another one.</param>
/// <param name="Peer">The other chassis' <c>ovn-encap-ip</c>.</param>
public readonly record struct Tunnel(Guid Id, IPAddress Peer)
{
    // ovn-controller marks its tunnels' ports with it.
    const string ChassisKey = "ovn-chassis-id";
    static readonly Datum Internal = Datum.Of("internal");

    /// <summary>The tunnels whose ports ovs-vswitchd has made.</summary>
    public static IEnumerable<Tunnel> Of(Snapshot vswitch)
    {
        foreach (var port in InUserspace(vswitch).SelectMany(b => Children(vswitch, b, "ports", Vswitch.Port)))
        {
            if (port["external_ids"].StringValue(ChassisKey) is null) continue;
            foreach (var end in Children(vswitch, port, "interfaces", Vswitch.Interface))
            {
                if (end.Get(Vswitch.OfPort) > 0 && IPAddress.TryParse(end["options"].StringValue("remote_ip"), out var peer))
                    yield return new Tunnel(end.Uuid, peer);
            }
        }
    }

    /// <summary>The links that such tunnels can leave by: internal ports of bridges in userspace, by name.</summary>
    public static IEnumerable<string> Underlays(Snapshot vswitch) =>
        from bridge in InUserspace(vswitch)
        from port in Children(vswitch, bridge, "ports", Vswitch.Port)
        from end in Children(vswitch, port, "interfaces", Vswitch.Interface)
        where end["type"].Equals(Internal)
        select end.Get(Vswitch.Name);

    /// <summary>Whether a change of a row may be one of the tunnels.</summary>
    public static bool IsTouchedBy(RowChange change) => change.Table == Vswitch.Interface && (IsTunnel(change.Old) || IsTunnel(change.New));

    static IEnumerable<Row> InUserspace(Snapshot vswitch) =>
        vswitch[Vswitch.Bridge].Rows.Where(b => b.Get(Vswitch.DatapathType) == "netdev");

    static IEnumerable<Row> Children(Snapshot vswitch, Row parent, string column, string table) =>
        parent[column].Keys.Select(child => vswitch[table].Find(child.AsUuid)).OfType<Row>();

    static bool IsTunnel(Row? row) => row?["options"].StringValue("remote_ip") is not null;
}
