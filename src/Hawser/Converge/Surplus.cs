using Hawser.Core;
using Hawser.Core.Tables;
using Hawser.Linux;
using Hawser.Ovsdb;

namespace Hawser.Converge;

/// <summary>Something that carries Hawser's mark.</summary>
/// <param name="Kind">a table of one of the databases, or "link".</param>
/// <param name="Name">Its name.</param>
/// <param name="Instance">The installation that made it.</param>
/// <param name="Unit">The unit that it was made for.</param>
sealed record MarkedThing(string Kind, string Name, InstanceId Instance, UnitId Unit);

/// <summary>Finds what carries Hawser's mark and belongs to no unit that is known.</summary>
static class Surplus
{
    public static IEnumerable<MarkedThing> Find(Snapshot? vswitch, OvnCentral? central, IReadOnlyList<Link> links, IReadOnlySet<UnitId> known) =>
        Marked(vswitch, links).Concat(central is { Current: { } northbound, Chassis: { } chassis } ? OfHost(northbound, chassis) : []).Where(thing => !known.Contains(thing.Unit));

    /// <summary>What a host has in OVN's northbound database.</summary>
    public static IEnumerable<MarkedThing> OfHost(Snapshot northbound, string chassis)
    {
        foreach (var table in new[] { Northbound.LogicalSwitchPort, Northbound.LogicalRouter, Northbound.LogicalSwitch, Northbound.LogicalRouterPolicy, Northbound.Nat, Northbound.Dns })
        {
            foreach (var row in northbound[table].Rows.Where(r => r[Northbound.ExternalIds].StringValue(Northbound.HostKey) == chassis))
            {
                if (Vswitch.UnitOf(row) is { } unit && Vswitch.InstanceOf(row) is { } instance) yield return new MarkedThing(table, NameOf(row), instance, unit);
            }
        }
        foreach (var row in northbound[Northbound.LogicalSwitch].Rows.Concat(northbound[Northbound.LogicalRouter].Rows))
        {
            var unit = row[Northbound.ExternalIds].StringValue(Northbound.VrfKey) is { } vrf && row.Table == Northbound.LogicalRouter ? UnitId.Router(vrf) : UnitId.Switch(NameOf(row));
            foreach (var share in Northbound.SharesIn(row).Where(s => Northbound.IsShareOf(s.Key, chassis)))
                yield return new MarkedThing(row.Table, NameOf(row), share.Instance, unit);
        }
    }

    static string NameOf(Row row) => row.TryGet(Northbound.Name, out var name) ? name : row[Northbound.ExternalIds].StringValue(Northbound.RowKey) ?? row.Uuid.ToString();

    static IEnumerable<MarkedThing> Marked(Snapshot? snapshot, IReadOnlyList<Link> links)
    {
        foreach (var link in links)
        {
            if (Names.ParseAlias(link.Alias) is { } mark) yield return new MarkedThing("link", link.Name, mark.Instance, mark.Unit);
        }
        if (snapshot is null) yield break;
        foreach (var table in new[] { Vswitch.Port, Vswitch.Bridge })
        {
            foreach (var row in snapshot[table].Rows)
            {
                if (Vswitch.UnitOf(row) is { } unit && Vswitch.InstanceOf(row) is { } instance)
                    yield return new MarkedThing(table, row.Get(Vswitch.Name), instance, unit);
            }
        }
    }
}
