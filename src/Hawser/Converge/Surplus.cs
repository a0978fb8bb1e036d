using Hawser.Core;
using Hawser.Core.Tables;
using Hawser.Linux;
using Hawser.Ovsdb;

namespace Hawser.Converge;

/// <summary>Something that carries Hawser's mark.</summary>
/// <param name="Kind">"Bridge", "Port", "link", "Logical_Switch" or "Logical_Switch_Port".</param>
/// <param name="Name">Its name.</param>
/// <param name="Instance">The installation that made it.</param>
/// <param name="Unit">The unit that it was made for.</param>
sealed record MarkedThing(string Kind, string Name, InstanceId Instance, UnitId Unit);

/// <summary>Finds what carries Hawser's mark and belongs to no unit that is known.</summary>
static class Surplus
{
    public static IEnumerable<MarkedThing> Find(Snapshot? vswitch, OvnCentral? central, IReadOnlyList<Link> links, IReadOnlySet<UnitId> known) =>
        Marked(vswitch, links).Concat(MarkedIn(central)).Where(thing => !known.Contains(thing.Unit));

    static IEnumerable<MarkedThing> MarkedIn(OvnCentral? central)
    {
        if (central?.Current is not { } snapshot || central.Chassis is not { } chassis) yield break;
        foreach (var port in snapshot[Northbound.LogicalSwitchPort].Rows)
        {
            if (Vswitch.UnitOf(port) is { } unit && Vswitch.InstanceOf(port) is { } instance)
                yield return new MarkedThing(Northbound.LogicalSwitchPort, port.Get(Northbound.Name), instance, unit);
        }
        foreach (var row in snapshot[Northbound.LogicalSwitch].Rows)
        {
            foreach (var share in Northbound.SharesIn(row).Where(s => Northbound.IsShareOf(s.Key, chassis)))
                yield return new MarkedThing(Northbound.LogicalSwitch, row.Get(Northbound.Name), share.Instance, UnitId.Switch(row.Get(Northbound.Name)));
        }
    }

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
