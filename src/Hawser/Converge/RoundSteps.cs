using Hawser.Apply;
using Hawser.Core.Plan;
using Hawser.State;

namespace Hawser.Converge;

/// <summary>
/// The steps of a round, in their order: what must exist is planned; links, rows of both databases, addresses and rules are made;
/// what came of each unit is reported; what nothing asks for goes.
/// </summary>
sealed class RoundSteps(
    IntentStore store, Host host, KnownHost known, DirtyUnits dirty, Readiness readiness, Batching batching, FirewallRules rules,
    Burial burial, Verdicts verdicts, UnitStatuses statuses, RetrySchedule retries)
{
    /// <summary>Does what a round asks for.</summary>
    /// <param name="round">What is to be looked at.</param>
    /// <param name="mayPrune">Whether it is known what lives: before that nothing is pruned.</param>
    /// <param name="ct">Ends it.</param>
    public async Task RunAsync(Round round, bool mayPrune, CancellationToken ct)
    {
        var context = new RoundContext(store.Current, known.Facts, new NorthboundView(host.Central.Current));
        var outcomes = new RoundOutcomes(context, Plan(round, context, mayPrune));
        if (!known.IsKnown)
        {
            // The database may become reachable at this moment. What was planned without it must not be written there.
            outcomes.Set(outcomes.Open, UnitState.Pending, host.DatabaseUnreachable);
            verdicts.Report(outcomes, round);
            return;
        }

        // The daemons of OVN and of Open vSwitch begin with their parts of a port as soon as they have its rows, so neither
        // database waits for the other. A port that OVN's database refuses is never bound, and goes with its endpoint.
        var northbound = outcomes.Branch();
        var northboundDone = host.NorthboundApplier.ApplyAsync(northbound, ct);
        await host.LinkApplier.ApplyAsync(outcomes, ct);
        await host.AttachmentApplier.ApplyAsync(outcomes, ct);
        var arriving = batching.HoldBack(outcomes);
        var rowsDone = WriteRowsAsync(outcomes, ct);
        await northboundDone;
        batching.Release(northbound.Settled);
        foreach (var unit in arriving.Except(northbound.Settled))
        {
            var status = new UnitStatus(UnitState.Linked, "its port was not written to Open vSwitch's database yet", round.Revision);
            statuses.Report(unit, status);
        }
        await rowsDone;
        outcomes.Merge(northbound);
        await host.GatewayApplier.ApplyAsync(outcomes, ct);
        // Units that need no rule do not wait for iptables.
        verdicts.Evaluate(outcomes, outcomes.Open.Where(u => !context.NeedsRules(u)));
        verdicts.Report(outcomes, round);
        if (round.Firewall || rules.Error is not null) await rules.ApplyAsync(outcomes, ct);
        verdicts.Evaluate(outcomes, outcomes.Open);
        verdicts.Report(outcomes, round);
        if (round.All && mayPrune) burial.BuryStrays();
    }

    List<PlannedUnit> Plan(Round round, RoundContext context, bool mayPrune)
    {
        var planned = RoundUnits.Of(round, context, host, mayPrune)
            .ToLookup(p => p is not { Desired: null, Failure: null } || p.OfAnyInstance || mayPrune);
        // Nothing asks for these, and nothing may be removed yet. They need no retry: the first full round that may prune finds them.
        foreach (var (unit, _, _) in planned[false].Where(p => statuses.Forget(p.Unit))) retries.Note(unit, isSettled: true);
        return [.. planned[true]];
    }

    async Task WriteRowsAsync(RoundOutcomes outcomes, CancellationToken ct)
    {
        await host.VswitchApplier.ApplyAsync(outcomes, ct);
        foreach (var commit in outcomes.Commits)
        {
            readiness.Await(commit.Changed, commit.Cfg, host.Replica.Current);
            if (commit.ToLookAt.Count > 0) dirty.Touch(commit.ToLookAt);
        }
    }
}
