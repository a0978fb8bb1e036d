using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Microsoft.Extensions.Logging;

namespace Hawser.Converge;

/// <summary>
/// Brings the rows of OVN's northbound database in step with a plan, all units of a round in one transaction. Other hosts
/// write there at the same time: whatever must hold between hosts is a precondition of the transaction.
/// </summary>
sealed class NorthboundApplier(OvnCentral central, IntentStore store, ILogger logger)
{
    const int MaxAttempts = 10;
    static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(2);

    /// <summary>Applies the difference. Never throws: links are made while it runs.</summary>
    /// <param name="units">The units.</param>
    /// <param name="plannedFor">The chassis that the plan knew this host as.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The units that could not be, each with the reason.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever went wrong is the outcome of the units that it went wrong for.")]
    public async Task<IReadOnlyDictionary<UnitId, (UnitState State, string Detail)>> ApplyAsync(IReadOnlyList<PlannedUnit> units, string? plannedFor, CancellationToken ct)
    {
        try
        {
            return await TransactAsync(units, plannedFor, ct);
        }
        catch (OvsdbTransactionException e) when (units.Count > 1)
        {
            // One unit's rows are refused, and with them everyone's: each by itself, so that only that one fails.
            logger.RoundRefused(e, units.Count);
            var failures = new Dictionary<UnitId, (UnitState, string)>();
            foreach (var unit in units)
                foreach (var (failed, why) in await ApplyAsync([unit], plannedFor, ct)) failures[failed] = why;
            return failures;
        }
        catch (Exception e)
        {
            var state = e is OvsdbTransactionException ? UnitState.Failed : UnitState.Pending;
            return units.Where(u => u.Desired is { Switch: not null } or { SwitchPort: not null } or { Router: not null }).ToDictionary(u => u.Unit, _ => (state, e.Message));
        }
    }

    async Task<IReadOnlyDictionary<UnitId, (UnitState State, string Detail)>> TransactAsync(IReadOnlyCollection<PlannedUnit> units, string? plannedFor, CancellationToken ct)
    {
        var failures = new Dictionary<UnitId, (UnitState, string)>();
        var open = units.Where(Concerns).ToList();
        var dead = new List<Row>();
        for (var attempt = 0; attempt < MaxAttempts && open.Count > 0; attempt++)
        {
            if (central.Live is not { Current: { } snapshot } replica || central.Chassis is not { } chassis)
            {
                // What is gone here is pruned there once it is back.
                return Fail(open.Where(u => u.Desired is not null).Select(u => u.Unit), central.Unavailable);
            }
            if (chassis != plannedFor) return Fail(open.Select(u => u.Unit), $"this host is now chassis {chassis}, which the next round knows");
            var batch = NorthboundBatch.Of(open, snapshot, chassis, store.Instance, dead);
            var reply = batch.Transaction.IsEmpty ? null : await replica.TransactAsync(batch.Transaction, ct);
            if (reply is null or { Outcome: TransactionOutcome.Committed })
            {
                if (batch.Guarded.All(o => reply![o].Count > 0))
                {
                    foreach (var (unit, why) in batch.Waiting) failures[unit] = (UnitState.Pending, why);
                    foreach (var (unit, why) in batch.Refused) failures[unit] = (UnitState.Failed, why);
                    return failures;
                }
                // A row went meanwhile, and what referred to it was collected as garbage: what the snapshot shows now is compared anew.
                continue;
            }
            var lost = batch.Preconditions[reply.ConflictIndex!.Value];
            if (lost.Address is not null && DeadHolder(snapshot, lost) is { } holder && !dead.Contains(holder))
            {
                dead.Add(holder);
            }
            else if (lost.Address is not null)
            {
                failures[lost.Unit] = (UnitState.Failed, await HolderAsync(replica, lost, ct));
                open.RemoveAll(u => u.Unit == lost.Unit);
            }
            else
            {
                await AwaitNewsAsync(replica, snapshot, ct);
            }
        }
        return Fail(open.Select(u => u.Unit), "OVN's northbound database was changed by other hosts too often meanwhile");

        Dictionary<UnitId, (UnitState, string)> Fail(IEnumerable<UnitId> pending, string why)
        {
            foreach (var unit in pending) failures[unit] = (UnitState.Pending, why);
            return failures;
        }
    }

    /// <summary>What differs, in sentences; nothing is changed.</summary>
    public IEnumerable<string> Differences(IEnumerable<PlannedUnit> units)
    {
        var open = units.Where(Concerns).ToList();
        if (open.Count == 0) return [];
        if (central.Current is not { } snapshot || central.Chassis is not { } chassis) return [central.Unavailable];
        var batch = NorthboundBatch.Of(open, snapshot, chassis, store.Instance, []);
        return [.. batch.Differences, .. batch.Waiting.Concat(batch.Refused).Select(u => $"{u.Key}: {u.Value}")];
    }

    bool Concerns(PlannedUnit unit) =>
        unit.Unit is { SwitchName: not null } or { Vrf: not null } || unit.Desired?.SwitchPort is not null
        || (unit is { Desired: null, Unit.EndpointId: { } id } && central.Current is { } snapshot
            && (snapshot[Northbound.LogicalSwitchPort].Find("name", id.Value) is not null || snapshot[Northbound.Nat].Rows.Any(r => Vswitch.UnitOf(r) == unit.Unit)));

    // After a reboot the ports of the containers that it ended are still there, and hold the addresses that the same
    // containers get again before Docker has told which ones live.
    Row? DeadHolder(Snapshot snapshot, NorthboundPrecondition lost) => !store.IsComplete ? null : snapshot[Northbound.LogicalSwitchPort].Rows.FirstOrDefault(row =>
        Vswitch.InstanceOf(row) == store.Instance
        && lost.Wanted.All(w => row["external_ids"].StringValue(w.Key) == w.Value)
        && store.Current.Endpoints.GetValueOrDefault(new EndpointId(row.Get(Northbound.Name))) is null or { Phase: EndpointPhase.Removing });

    // Another host was faster, and what it wrote is on its way to us.
    static async Task AwaitNewsAsync(OvsdbReplica replica, Snapshot seen, CancellationToken ct)
    {
        try
        {
            await replica.WhenAsync(s => s.Version != seen.Version, ct).WaitAsync(CatchUp, ct);
        }
        catch (TimeoutException)
        {
            throw new PluginException("OVN's northbound database and its copy here disagree: another host changed it, and no news of that came");
        }
    }

    static async Task<string> HolderAsync(OvsdbReplica replica, NorthboundPrecondition lost, CancellationToken ct)
    {
        var question = new Transaction(Northbound.Database);
        var select = question.Select(Northbound.LogicalSwitchPort, lost.Where, ["name", "external_ids"]);
        var holder = (await replica.TransactAsync(question, ct))[select].Rows is [var first, ..] ? first : null;
        var by = holder is null ? "another endpoint" : $"endpoint {new EndpointId(holder.Get(Northbound.Name)).Short} on host {holder["external_ids"].StringValue(Northbound.HostKey)}";
        return $"address {lost.Address} is taken by {by}: choose another with --ip, or let the hosts share one address plan with --ipam-driver ovn";
    }
}
