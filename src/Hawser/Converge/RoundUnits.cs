using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Plan;

namespace Hawser.Converge;

/// <summary>Which units a round looks at, and what must exist for each.</summary>
static class RoundUnits
{
    /// <summary>Plans a round.</summary>
    /// <param name="round">What the round has to look at.</param>
    /// <param name="context">What is planned from.</param>
    /// <param name="host">Where surplus is looked for.</param>
    /// <param name="mayPrune">Whether surplus may be removed.</param>
    public static List<PlannedUnit> Of(Round round, RoundContext context, Host host, bool mayPrune)
    {
        var intent = context.Intent;
        // A network goes as a whole: its record is forgotten with its units.
        var leaving = intent.Networks.Values.Where(n => n.IsRemoving && n.Units.Any(round.Units.Contains)).SelectMany(n => n.Units);
        var units = round.Units.Concat(leaving);
        if (round.All)
        {
            units = units.Concat(Planner.Units(intent));
            if (mayPrune) units = units.Concat(Surplus(context, host));
        }
        return [.. units.Distinct().Select(u => context.Plan(u, round.Purge.Contains(u) || intent.IsRemoving(u)))];
    }

    static IEnumerable<UnitId> Surplus(RoundContext context, Host host) =>
        Apply.Surplus.Find(host.Replica.Current, host.Central, host.Links.All, Planner.Units(context.Intent).ToHashSet())
            .Where(thing => thing.Instance == context.Facts.Instance)
            .Select(thing => thing.Unit);
}
