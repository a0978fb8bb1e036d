using Hawser.Apply;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.Converge;

/// <summary>Ends a round: finds how far its units have come, tells whoever waits for them, and notes it for the next try.</summary>
sealed class Verdicts(
    Host host, Readiness readiness, FirewallRules rules, Burial burial, UnitStatuses statuses, RetrySchedule retries, ILogger logger)
{
    /// <summary>Gives units an outcome by what exists of them.</summary>
    public void Evaluate(RoundOutcomes outcomes, IEnumerable<PlannedUnit> units)
    {
        foreach (var unit in units)
        {
            var (state, detail) = Evaluate(unit, outcomes.Context);
            outcomes.Set(unit.Unit, state, detail);
        }
    }

    /// <summary>Reports the outcomes that were not reported yet, and forgets what is gone.</summary>
    public void Report(RoundOutcomes outcomes, Round round)
    {
        foreach (var (unit, found, said) in outcomes.TakeResults())
        {
            var (state, detail) = (found, said);
            var unburied = burial.Bury(unit, found, outcomes.Context.Intent, round.Purge.Contains(unit));
            if (unburied is not null) (state, detail) = (found == UnitState.Gone ? UnitState.Failed : found, unburied);
            var isWrong = state == UnitState.Failed || unburied is not null;
            if (isWrong && statuses[unit]?.Detail != detail) logger.UnitFailed(unit.Value, detail);
            retries.Note(unit, unburied is null && state is UnitState.Ready or UnitState.Gone);
            statuses.Report(unit, new UnitStatus(state, detail, round.Revision));
        }
    }

    (UnitState State, string? Detail) Evaluate(PlannedUnit unit, RoundContext context)
    {
        if (unit.Desired is not { } desired) return (UnitState.Gone, null);
        if (rules.Error is { } error && context.NeedsRules(unit))
            return (UnitState.Failed, $"the firewall's rules could not be applied: {error}");
        return readiness.Progress(desired, host.Replica.Current!, host.Central.Current);
    }
}
