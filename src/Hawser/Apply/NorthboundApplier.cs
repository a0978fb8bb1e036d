using System.Diagnostics.CodeAnalysis;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Logging;
using Hawser.Ovn;
using Hawser.Ovsdb;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Apply;

/// <summary>
/// Brings the rows of OVN's northbound database in step with a plan, all units of a round in one transaction. Other hosts
/// write there at the same time, so whatever must hold between hosts is a precondition of the transaction.
/// </summary>
sealed class NorthboundApplier(OvnCentral central, IntentStore store, ILogger logger)
{
    const int MaxAttempts = 10;
    static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Applies the difference. A unit whose rows cannot be written gets the reason as its outcome. Never throws:
    /// its caller makes links before it awaits the result.
    /// </summary>
    public Task ApplyAsync(RoundOutcomes outcomes, CancellationToken ct) => ApplyAsync(outcomes.Open, outcomes, ct);

    [SuppressMessage("Design", "CA1031", Justification = "Whatever went wrong is the outcome of the units that it went wrong for.")]
    async Task ApplyAsync(IReadOnlyList<PlannedUnit> units, RoundOutcomes outcomes, CancellationToken ct)
    {
        try
        {
            await TransactAsync(units, outcomes, ct);
        }
        catch (OvsdbTransactionException e) when (units.Count > 1)
        {
            // One unit's rows are refused, and with them everyone's. Each unit is tried by itself, so that only that one fails.
            logger.RoundRefused(e, units.Count);
            foreach (var unit in units) await ApplyAsync([unit], outcomes, ct);
        }
        catch (Exception e)
        {
            var state = e is OvsdbTransactionException ? UnitState.Failed : UnitState.Pending;
            outcomes.Set(units.Where(u => u.Desired is { } desired && HasRows(desired)), state, e.Message);
        }
    }

    /// <summary>What differs, in sentences; nothing is changed.</summary>
    public IEnumerable<string> Differences(IReadOnlyCollection<PlannedUnit> units, RoundContext context)
    {
        var open = Concerned(units, context);
        if (open.Count == 0) return [];
        if (central.Current is not { } snapshot || central.Chassis is not { } chassis) return [central.Unavailable];
        var changes = Changes(open, context, snapshot, chassis, []);
        return [.. changes.Differences, .. changes.Waiting.Concat(changes.Refused).Select(u => $"{u.Unit}: {u.Reason}")];
    }

    async Task TransactAsync(IReadOnlyCollection<PlannedUnit> units, RoundOutcomes outcomes, CancellationToken ct)
    {
        var context = outcomes.Context;
        var open = Concerned(units, context);
        var dead = new List<Row>();
        for (var attempt = 0; attempt < MaxAttempts && open.Count > 0; attempt++)
        {
            if (central.Live is not { Current: { } snapshot } replica || central.Chassis is not { } chassis)
            {
                // Rows of units that are gone are pruned once the database is back.
                outcomes.Set(open.Where(u => u.Desired is not null), UnitState.Pending, central.Unavailable);
                return;
            }
            if (chassis != context.Facts.Ovn.Chassis)
            {
                outcomes.Set(open, UnitState.Pending, $"this host is now chassis {chassis}, which the next round knows");
                return;
            }
            var changes = Changes(open, context, snapshot, chassis, dead);
            var reply = changes.Transaction.IsEmpty ? null : await replica.TransactAsync(changes.Transaction, ct);
            if (reply is null or { Outcome: TransactionOutcome.Committed })
            {
                // A row was deleted meanwhile, and what was inserted for it was collected as garbage: compare with the new snapshot.
                if (changes.Guarded.Any(o => reply![o].Count == 0)) continue;
                foreach (var (unit, why) in changes.Waiting) outcomes.Set(unit, UnitState.Pending, why);
                foreach (var (unit, why) in changes.Refused) outcomes.Set(unit, UnitState.Failed, why);
                return;
            }
            var lost = changes.Preconditions[reply.ConflictIndex!.Value];
            if (lost.Claim is null)
            {
                await AwaitNewsAsync(replica, snapshot, ct);
            }
            else if (DeadHolder(snapshot, lost.Claim) is { } holder && !dead.Contains(holder))
            {
                dead.Add(holder);
            }
            else
            {
                outcomes.Set(lost.Unit, UnitState.Failed, await HolderAsync(replica, lost.Claim, ct));
                open.RemoveAll(u => u.Unit == lost.Unit);
            }
        }
        outcomes.Set(open, UnitState.Pending, "OVN's northbound database was changed by other hosts too often meanwhile");
    }

    // Plans anew if other hosts' rows have changed since the round was planned.
    NorthboundChanges Changes(List<PlannedUnit> units, RoundContext context, Snapshot snapshot, string chassis, IEnumerable<Row> dead)
    {
        var now = context.At(snapshot);
        var planned = ReferenceEquals(now, context)
            ? units
            : [.. units.Select(u => u.Desired is null ? u : now.Plan(u.Unit, u.OfAnyInstance))];
        return NorthboundChanges.Of(planned, now.Leaving, snapshot, chassis, store.Instance, dead);
    }

    List<PlannedUnit> Concerned(IReadOnlyCollection<PlannedUnit> units, RoundContext context)
    {
        var snapshot = central.Current;
        return [.. units.Where(IsConcerned)];

        bool IsConcerned(PlannedUnit planned)
        {
            if (planned.Desired is { } desired) return HasRows(desired);
            return context.Leaving(planned.Unit).Share is not null
                || (snapshot is not null && RowBatch.MarkedRows(snapshot, Northbound.Tables, planned.Unit).Any());
        }
    }

    static bool HasRows(DesiredUnit desired) => desired.Share is not null || !desired.Northbound.IsEmpty;

    // A reboot ends containers, but OVN's database still has their ports. These hold the addresses that the same containers
    // get again when they are started, before Docker was asked which ones live.
    Row? DeadHolder(Snapshot snapshot, AddressClaim claim)
    {
        if (!store.IsComplete) return null;
        return snapshot[Northbound.LogicalSwitchPort].Rows.FirstOrDefault(row =>
            Marks.InstanceOf(row) == store.Instance
            && row[Marks.ExternalIds].StringValue(Northbound.SwitchKey) == claim.Switch
            && row[Marks.ExternalIds].StringValue(claim.Key) == claim.Address
            && IsDead(new EndpointId(row.Get(Northbound.Name))));
    }

    bool IsDead(EndpointId id) => store.Current.Endpoints.GetValueOrDefault(id) is null or { Phase: EndpointPhase.Removing };

    // Another host was faster, and what it wrote is on its way to us.
    static async Task AwaitNewsAsync(OvsdbReplica replica, Snapshot seen, CancellationToken ct)
    {
        try
        {
            await replica.WhenAsync(s => s.Version != seen.Version, ct).WaitAsync(CatchUp, ct);
        }
        catch (TimeoutException)
        {
            throw new PluginException(
                "OVN's northbound database and its copy here disagree: another host changed it, and no news of that came");
        }
    }

    static async Task<string> HolderAsync(OvsdbReplica replica, AddressClaim claim, CancellationToken ct)
    {
        var question = new Transaction(Northbound.Database);
        var select = question.Select(Northbound.LogicalSwitchPort, [Preconditions.Holding(claim)], ["name", Marks.ExternalIds]);
        var holder = (await replica.TransactAsync(question, ct))[select].Rows is [var first, ..] ? first : null;
        var by = holder is null
            ? "another endpoint"
            : $"endpoint {new EndpointId(holder.Get(Northbound.Name)).Short} on host {Marks.HostOf(holder)}";
        return $"address {claim.Address} is taken by {by}: choose another with --ip, "
            + "or let the hosts share one address plan with --ipam-driver ovn";
    }
}
