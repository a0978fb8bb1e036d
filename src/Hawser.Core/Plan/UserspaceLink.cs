using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Core.Plan;

/// <summary>A link of the host that is an interface of a bridge on the userspace datapath.</summary>
/// <param name="Name">The link.</param>
/// <param name="Bridge">The bridge.</param>
/// <param name="IsInternal">Whether ovs-vswitchd made it, like the bridge's own. Otherwise it is a network card or the like.</param>
/// <param name="Tag">The VLAN whose frames it carries without a tag: <c>Port.tag</c>.</param>
public sealed record UserspaceLink(string Name, string Bridge, bool IsInternal, Datum Tag)
{
    /// <summary>All such links, according to Open vSwitch's database.</summary>
    public static IEnumerable<UserspaceLink> Of(Snapshot vswitch) =>
        from found in Interfaces(vswitch)
        let type = found.Interface["type"].Keys is [var only] ? only.AsString : ""
        where type is "" or "system" or "internal"
        select new UserspaceLink(found.Interface.Get(Vswitch.Name), found.Bridge.Get(Vswitch.Name), type == "internal", found.Port["tag"]);

    /// <summary>Whether another link carries the same frames without a tag.</summary>
    public bool IsBeside(UserspaceLink other) => other.Bridge == Bridge && other.Tag.Equals(Tag) && other != this;

    /// <summary>The interfaces of bridges on the userspace datapath, whatever their type.</summary>
    internal static IEnumerable<(Row Bridge, Row Port, Row Interface)> Interfaces(Snapshot vswitch) =>
        from bridge in vswitch[Vswitch.Bridge].Rows
        where bridge.Get(Vswitch.DatapathType) == "netdev"
        from port in Children(vswitch, bridge, "ports", Vswitch.Port)
        from end in Children(vswitch, port, "interfaces", Vswitch.Interface)
        select (bridge, port, end);

    static IEnumerable<Row> Children(Snapshot vswitch, Row parent, string column, string table) =>
        parent[column].Keys.Select(child => vswitch[table].Find(child.AsUuid)).OfType<Row>();
}
