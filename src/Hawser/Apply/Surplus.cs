using System.Collections.Immutable;
using Hawser.Core;
using Hawser.Core.Tables;
using Hawser.Linux;
using Hawser.Ovn;
using Hawser.Ovsdb;

namespace Hawser.Apply;

/// <summary>Something that carries Hawser's mark.</summary>
/// <param name="Kind">A table of one of the databases, or "link".</param>
/// <param name="Name">Its name.</param>
/// <param name="Instance">The installation that made it.</param>
/// <param name="Unit">The unit that it was made for.</param>
sealed record MarkedThing(string Kind, string Name, InstanceId Instance, UnitId Unit);

/// <summary>Finds what carries Hawser's mark and belongs to no unit that is known.</summary>
static class Surplus
{
    public static IEnumerable<MarkedThing> Find(
        Snapshot? vswitch, OvnCentral? central, IReadOnlyList<Link> links, IReadOnlySet<UnitId> known) =>
        Links(links)
            .Concat(vswitch is null ? [] : Marked(vswitch, Vswitch.Tables, _ => true))
            .Concat(central is { Current: { } northbound, Chassis: { } chassis } ? OfHost(northbound, chassis) : [])
            .Where(thing => !known.Contains(thing.Unit));

    /// <summary>What a host has in OVN's northbound database.</summary>
    public static IEnumerable<MarkedThing> OfHost(Snapshot northbound, string chassis)
    {
        foreach (var thing in Marked(northbound, Northbound.Tables, row => Marks.HostOf(row) == chassis)) yield return thing;
        foreach (var row in northbound[Northbound.LogicalSwitch].Rows.Concat(northbound[Northbound.LogicalRouter].Rows))
        {
            var unit = row[Marks.ExternalIds].StringValue(Northbound.VrfKey) is { } vrf && row.Table == Northbound.LogicalRouter
                ? UnitId.Router(vrf)
                : UnitId.Switch(NameOf(row));
            foreach (var share in Marks.SharesIn(row).Where(s => Marks.IsShareOf(s.Key, chassis)))
                yield return new MarkedThing(row.Table, NameOf(row), share.Instance, unit);
        }
    }

    static IEnumerable<MarkedThing> Links(IReadOnlyList<Link> links) =>
        from link in links
        let mark = Names.ParseAlias(link.Alias)
        where mark is not null
        select new MarkedThing("link", link.Name, mark.Value.Instance, mark.Value.Unit);

    static IEnumerable<MarkedThing> Marked(Snapshot snapshot, ImmutableArray<OwnedTable> tables, Func<Row, bool> isConcerned) =>
        from marked in RowBatch.MarkedRows(snapshot, tables)
        let row = marked.Row
        let instance = Marks.InstanceOf(row)
        where isConcerned(row) && instance is not null
        select new MarkedThing(row.Table, NameOf(row), instance.Value, marked.Unit);

    static string NameOf(Row row) => Marks.KeyOf(row).Value is { Length: > 0 } name ? name : row.Uuid.ToString();
}
