using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Logging;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;
using Microsoft.Extensions.Logging;

namespace Hawser.Apply;

/// <summary>Brings the rows of the Open_vSwitch database in step with a plan, all units of a round in one transaction.</summary>
/// <param name="replica">The database.</param>
/// <param name="unreachable">Makes the error message for a database that does not answer, with the reason if one is known.</param>
/// <param name="instance">This installation.</param>
/// <param name="logger">Where refused transactions are logged.</param>
sealed class VswitchApplier(OvsdbReplica replica, Func<string?, string> unreachable, InstanceId instance, ILogger logger)
{
    /// <summary>Applies the difference. A unit whose rows cannot be written gets the reason as its outcome.</summary>
    public async Task ApplyAsync(RoundOutcomes outcomes, CancellationToken ct)
    {
        var units = outcomes.Open;
        if (units.Count == 0) return;
        if (replica.Current is not { } snapshot)
        {
            outcomes.Set(units, UnitState.Pending, unreachable(null));
            return;
        }
        try
        {
            await TransactAsync(snapshot, units, outcomes, ct);
        }
        catch (OvsdbTransactionException e) when (units.Count > 1)
        {
            // One unit's rows are refused, and with them everyone's. Each unit is tried by itself, so that only that one fails.
            logger.RoundRefused(e, units.Count);
            foreach (var unit in units)
            {
                await outcomes.TryAsync(unit, () => TransactAsync(replica.Current ?? snapshot, [unit], outcomes, ct));
            }
        }
        catch (OvsdbConnectionException e)
        {
            outcomes.Set(units, UnitState.Pending, unreachable(e.Reason));
        }
        catch (Exception e) when (e is OvsdbException or PluginException)
        {
            outcomes.Set(units, UnitState.Failed, e.Message);
        }
    }

    /// <summary>What differs, in sentences; nothing is changed.</summary>
    public IEnumerable<string> Differences(IReadOnlyCollection<PlannedUnit> units, RoundContext context)
    {
        if (!replica.IsLive || replica.Current is not { } snapshot) return [unreachable(null)];
        var (batch, _) = Compute(snapshot, units);
        return
        [
            .. batch.Differences,
            .. batch.Refused.Select(r => $"{r.Key}: {r.Value}"),
            .. batch.Waiting.Select(w => $"{w.Key}: {Missing(w.Value, context)}"),
        ];
    }

    async Task TransactAsync(Snapshot snapshot, IReadOnlyCollection<PlannedUnit> units, RoundOutcomes outcomes, CancellationToken ct)
    {
        var context = outcomes.Context;
        var (batch, changed) = Compute(snapshot, units);
        var transaction = batch.Transaction;
        var commit = new VswitchCommit(0, [], []);
        if (!transaction.IsEmpty)
        {
            if (snapshot[Vswitch.OpenVSwitch].Rows.FirstOrDefault() is not { } root)
                throw new PluginException(
                    "Open vSwitch's database has no row in table Open_vSwitch: is ovs-vswitchd's set-up (ovs-ctl start) done?");
            var here = new[] { Condition.Row(root.Uuid) };
            transaction.Mutate(Vswitch.OpenVSwitch, here, Mutation.Add(Vswitch.NextCfg.Name, 1));
            var select = transaction.Select(Vswitch.OpenVSwitch, here, [Vswitch.NextCfg.Name]);
            transaction.Comment($"hawser: {string.Join(", ", units.Take(5).Select(u => u.Unit))}{(units.Count > 5 ? ", …" : "")}");
            var reply = await replica.TransactAsync(transaction, ct);
            var wasOvertaken = batch.Guarded.Any(o => reply[o].Count == 0);
            commit = new VswitchCommit(
                Vswitch.NextCfg.Read(reply[select].Rows[0][Vswitch.NextCfg.Name]), changed,
                wasOvertaken ? [.. units.Select(u => u.Unit)] : []);
        }
        foreach (var (unit, why) in batch.Refused) outcomes.Set(unit, UnitState.Failed, why);
        foreach (var (unit, parent) in batch.Waiting) outcomes.Set(unit, UnitState.Pending, Missing(parent, context));
        // The bridge that a port waits for belongs to a unit of this host, unless it is OVN's.
        var bridges = batch.Waiting.Values.Where(p => p.Value != context.Facts.Ovn.Bridge).Select(p => UnitId.Bridge(p.Value!));
        outcomes.Commits.Add(commit with { ToLookAt = [.. commit.ToLookAt, .. bridges] });
    }

    static string Missing(RowKey bridge, RoundContext context) => bridge.Value == context.Facts.Ovn.Bridge
        ? $"OVN's integration bridge {bridge.Value} does not exist in Open vSwitch's database; is ovn-controller running?"
        : $"bridge {bridge.Value} does not exist in Open vSwitch's database";

    (RowBatch Batch, List<UnitId> Changed) Compute(Snapshot snapshot, IReadOnlyCollection<PlannedUnit> units)
    {
        var batch = new RowBatch(snapshot, Vswitch.Tables, new Transaction(Vswitch.Database));
        var changed = new List<UnitId>();
        // Bridges come before endpoints: a port needs its bridge's row, which this transaction makes if need be.
        foreach (var (unit, desired, _) in units.OrderBy(u => u.Unit.Kind))
        {
            if (desired is null) continue;
            var before = batch.Transaction.Count;
            batch.Ensure(unit, [.. desired.Vswitch.Where(r => !IsBorrowed(desired, r))]);
            if (batch.Transaction.Count > before) changed.Add(unit);
        }
        foreach (var (unit, desired, ofAnyInstance) in units)
        {
            foreach (var row in batch.Surplus(unit, desired?.Vswitch ?? []).Where(r => ofAnyInstance || Marks.InstanceOf(r) == instance))
            {
                if (IsLocalPort(row)) continue;
                if (row.Table == Vswitch.Bridge && HasForeignPorts(row)) GiveAway(row);
                else batch.Remove(row);
            }
        }
        return (batch, changed);

        // A borrowed port does not get our mark: a port with our mark is removed together with its network.
        bool IsBorrowed(DesiredUnit desired, RowPlacement placement) =>
            placement.Row.Key is { Table: Vswitch.Port, Value: { } name } && desired.Borrowed.Contains(name)
            && snapshot[Vswitch.Port].Find("name", name) is { } port && Marks.UnitOf(port) is null;

        // A bridge's own port goes with the bridge.
        bool IsLocalPort(Row row) => row.Table == Vswitch.Port && snapshot[Vswitch.Bridge].Find("name", row.Get(Vswitch.Name)) is not null;

        bool HasForeignPorts(Row bridge) => bridge["ports"].Keys.Select(p => snapshot[Vswitch.Port].Find(p.AsUuid))
            .Any(p => p is not null && Marks.UnitOf(p) is null && !IsLocalPort(p));

        // A bridge that holds ports of others stays and becomes theirs: what is not ours is never touched.
        void GiveAway(Row bridge)
        {
            foreach (var table in new[] { Vswitch.Bridge, Vswitch.Port, Vswitch.Interface })
            {
                if (snapshot[table].Find("name", bridge.Get(Vswitch.Name)) is not { } own) continue;
                batch.Transaction.Mutate(
                    table, [Condition.Row(own.Uuid)], Mutation.DeleteKeys(Marks.ExternalIds, Marks.InstanceKey, Marks.UnitKey));
            }
        }
    }
}

/// <summary>What came of a transaction.</summary>
/// <param name="Cfg">The next_cfg to wait for, or 0 if nothing was changed.</param>
/// <param name="Changed">The units whose rows were made or changed by it.</param>
/// <param name="ToLookAt">
/// Units to look at anew: a row to be changed was deleted meanwhile, or a port's bridge does not exist.
/// </param>
readonly record struct VswitchCommit(long Cfg, IReadOnlyCollection<UnitId> Changed, IReadOnlyCollection<UnitId> ToLookAt);
