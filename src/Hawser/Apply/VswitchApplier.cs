using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Apply;

/// <summary>Brings the rows of the Open_vSwitch database in step with a plan, all units of a round in one transaction.</summary>
sealed class VswitchApplier(OvsdbReplica replica, InstanceId instance)
{
    /// <summary>Applies the difference.</summary>
    /// <exception cref="OvsdbException">The database is away, or refuses the change.</exception>
    public async Task<VswitchOutcome> ApplyAsync(Snapshot snapshot, IReadOnlyCollection<PlannedUnit> units, CancellationToken ct)
    {
        var (batch, changed) = Compute(snapshot, units);
        var transaction = batch.Transaction;
        if (transaction.IsEmpty) return new VswitchOutcome(0, [], batch.Waiting.Keys, batch.Refused, WasOvertaken: false);

        if (snapshot[Vswitch.OpenVSwitch].Rows.FirstOrDefault() is not { } root)
            throw new PluginException("Open vSwitch's database has no row in table Open_vSwitch: is ovs-vswitchd's set-up (ovs-ctl start) done?");
        var here = new[] { Condition.Row(root.Uuid) };
        transaction.Mutate(Vswitch.OpenVSwitch, here, Mutation.Add(Vswitch.NextCfg.Name, 1));
        var select = transaction.Select(Vswitch.OpenVSwitch, here, [Vswitch.NextCfg.Name]);
        transaction.Comment($"hawser: {string.Join(", ", units.Take(5).Select(u => u.Unit))}{(units.Count > 5 ? ", …" : "")}");
        var reply = await replica.TransactAsync(transaction, ct);
        return new VswitchOutcome(
            Vswitch.NextCfg.Read(reply[select].Rows[0][Vswitch.NextCfg.Name]), changed, batch.Waiting.Keys, batch.Refused,
            WasOvertaken: batch.Guarded.Any(o => reply[o].Count == 0));
    }

    /// <summary>What differs, in sentences; nothing is changed.</summary>
    public IEnumerable<string> Differences(IReadOnlyCollection<PlannedUnit> units)
    {
        if (replica.Current is not { } snapshot) return [];
        var (batch, _) = Compute(snapshot, units);
        return [.. batch.Differences, .. batch.Refused.Select(r => $"{r.Key}: {r.Value}")];
    }

    (RowBatch Batch, List<UnitId> Changed) Compute(Snapshot snapshot, IReadOnlyCollection<PlannedUnit> units)
    {
        var batch = new RowBatch(snapshot, Vswitch.Tables, new Transaction(Vswitch.Database));
        var changed = new List<UnitId>();
        // Bridges before endpoints: a port needs its bridge's row, made in the same transaction if need be.
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

        // With our mark, such a port would go with the network.
        bool IsBorrowed(DesiredUnit desired, RowPlacement placement) =>
            placement.Row.Key is { Table: Vswitch.Port, Value: { } name } && desired.Borrowed.Contains(name)
            && snapshot[Vswitch.Port].Find("name", name) is { } port && Marks.UnitOf(port) is null;

        // A bridge's own port goes with the bridge.
        bool IsLocalPort(Row row) => row.Table == Vswitch.Port && snapshot[Vswitch.Bridge].Find("name", row.Get(Vswitch.Name)) is not null;

        bool HasForeignPorts(Row bridge) => bridge["ports"].Keys.Select(p => snapshot[Vswitch.Port].Find(p.AsUuid))
            .Any(p => p is not null && Marks.UnitOf(p) is null && !IsLocalPort(p));

        // A bridge that holds ports of others stays, as theirs: what is not ours is never touched.
        void GiveAway(Row bridge)
        {
            foreach (var table in new[] { Vswitch.Bridge, Vswitch.Port, Vswitch.Interface })
            {
                if (snapshot[table].Find("name", bridge.Get(Vswitch.Name)) is { } own)
                    batch.Transaction.Mutate(table, [Condition.Row(own.Uuid)], Mutation.DeleteKeys(Marks.ExternalIds, Marks.InstanceKey, Marks.UnitKey));
            }
        }
    }
}

/// <summary>What came of applying rows.</summary>
/// <param name="Cfg">The next_cfg to wait for, or 0 if nothing was changed.</param>
/// <param name="Changed">The units whose rows were made or changed by it.</param>
/// <param name="WithoutParent">Units whose rows could not be placed: the bridge does not exist.</param>
/// <param name="Refused">Units whose rows this version's database cannot hold, each with the reason.</param>
/// <param name="WasOvertaken">Whether a row that was to be changed was deleted meanwhile: what the snapshot shows now has to be compared anew.</param>
readonly record struct VswitchOutcome(
    long Cfg, IReadOnlyCollection<UnitId> Changed, IEnumerable<UnitId> WithoutParent, IReadOnlyDictionary<UnitId, string> Refused, bool WasOvertaken);
