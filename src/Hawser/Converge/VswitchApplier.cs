using System.Collections.Immutable;
using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Converge;

/// <summary>A unit with what must exist for it.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Desired">What must exist, or null if nothing of it may.</param>
/// <param name="OfAnyInstance">Whether surplus rows go whatever installation marked them, as when Docker or a user said so.</param>
readonly record struct PlannedUnit(UnitId Unit, DesiredUnit? Desired, bool OfAnyInstance);

/// <summary>Brings the rows of the Open_vSwitch database in step with a plan, all units of a round in one transaction.</summary>
sealed class VswitchApplier(OvsdbReplica replica, InstanceId instance)
{
    /// <summary>Applies the difference.</summary>
    /// <exception cref="OvsdbException">The database is away, or refuses the change.</exception>
    public async Task<VswitchOutcome> ApplyAsync(Snapshot snapshot, IReadOnlyCollection<PlannedUnit> units, CancellationToken ct)
    {
        var transaction = new Transaction(Vswitch.Database);
        var (diff, changed, orphans) = Compute(snapshot, transaction, units, instance);
        if (transaction.IsEmpty) return new VswitchOutcome(0, [], orphans, WasOvertaken: false);

        if (snapshot[Vswitch.OpenVSwitch].Rows.FirstOrDefault() is not { } root)
            throw new PluginException("Open vSwitch's database has no row in table Open_vSwitch: is ovs-vswitchd's set-up (ovs-ctl start) done?");
        var here = new[] { Condition.Row(root.Uuid) };
        transaction.Mutate(Vswitch.OpenVSwitch, here, Mutation.Add(Vswitch.NextCfg.Name, 1));
        var select = transaction.Select(Vswitch.OpenVSwitch, here, [Vswitch.NextCfg.Name]);
        transaction.Comment($"hawser: {string.Join(", ", units.Take(5).Select(u => u.Unit))}{(units.Count > 5 ? ", …" : "")}");
        var reply = await replica.TransactAsync(transaction, ct);
        return new VswitchOutcome(
            Vswitch.NextCfg.Read(reply[select].Rows[0][Vswitch.NextCfg.Name]), changed, orphans,
            WasOvertaken: diff.GuardedOperations.Any(o => reply[o].Count == 0));
    }

    /// <summary>What differs, in sentences; nothing is changed.</summary>
    public IReadOnlyList<string> Differences(IReadOnlyCollection<PlannedUnit> units) =>
        replica.Current is { } snapshot ? Compute(snapshot, new Transaction(Vswitch.Database), units, instance).Diff.Differences : [];

    static (RowDiff Diff, List<UnitId> Changed, ImmutableHashSet<UnitId> Orphans) Compute(
        Snapshot snapshot, Transaction transaction, IReadOnlyCollection<PlannedUnit> units, InstanceId instance)
    {
        var diff = new RowDiff(snapshot, transaction);
        var changed = new List<UnitId>();
        var orphans = ImmutableHashSet.CreateBuilder<UnitId>();
        // Bridges before endpoints: a port needs its bridge's row, made in the same transaction if need be.
        foreach (var (unit, desired, _) in units.OrderBy(u => u.Unit.BridgeName is null))
        {
            if (desired is null) continue;
            var before = transaction.Count;
            if (!desired.Rows.Where(r => unit.BridgeName is null || !IsForeign(r.Row.Key)).All(diff.Ensure)) orphans.Add(unit);
            if (transaction.Count > before) changed.Add(unit);
        }
        foreach (var planned in units)
        {
            var (unit, desired, _) = planned;
            var kept = desired?.Interfaces.ToHashSet() ?? [];
            foreach (var port in Ports(snapshot, unit).Where(p => !kept.Contains(p.Get(Vswitch.Name)) && MayGo(p, planned)))
                diff.Remove(port, Vswitch.Bridge, "ports");
            if (desired is null && unit.BridgeName is { } name && snapshot[Vswitch.Bridge].Find("name", name) is { } bridge && Vswitch.UnitOf(bridge) == unit && MayGo(bridge, planned))
                RemoveBridge(snapshot, transaction, diff, bridge);
        }
        return (diff, changed, orphans.ToImmutable());

        // An uplink or a VLAN's port that was on the bridge before is used as it is: with our mark it would go with the network.
        bool IsForeign(RowKey key) => key.Table == Vswitch.Port && snapshot[Vswitch.Port].Find("name", key.Value!) is { } port && Vswitch.UnitOf(port) is null;

        bool MayGo(Row row, PlannedUnit planned) => planned.OfAnyInstance || Vswitch.InstanceOf(row) == instance;
    }

    static IEnumerable<Row> Ports(Snapshot snapshot, UnitId unit)
    {
        if (unit.EndpointId is { } endpoint)
            return snapshot[Vswitch.Port].Find("name", Names.HostEnd(endpoint)) is { } port && Vswitch.UnitOf(port) == unit ? [port] : [];
        // The bridge's own port goes with the bridge.
        return snapshot[Vswitch.Port].Rows.Where(p => Vswitch.UnitOf(p) == unit && p.Get(Vswitch.Name) != unit.BridgeName);
    }

    // A bridge that holds ports of others stays, as theirs: what is not ours is never touched.
    static void RemoveBridge(Snapshot snapshot, Transaction transaction, RowDiff diff, Row bridge)
    {
        var hasForeignPorts = bridge["ports"].Keys.Select(p => snapshot[Vswitch.Port].Find(p.AsUuid))
            .Any(p => p is not null && Vswitch.UnitOf(p) is null && p.Get(Vswitch.Name) != bridge.Get(Vswitch.Name));
        if (!hasForeignPorts)
        {
            diff.Remove(bridge, Vswitch.OpenVSwitch, "bridges");
            return;
        }
        var marks = Datum.Set([Vswitch.InstanceKey, Vswitch.UnitKey]);
        foreach (var table in new[] { Vswitch.Bridge, Vswitch.Port, Vswitch.Interface })
        {
            if (snapshot[table].Find("name", bridge.Get(Vswitch.Name)) is { } own)
                transaction.Mutate(table, [Condition.Row(own.Uuid)], Mutation.Delete("external_ids", marks));
        }
    }
}

/// <summary>What came of applying rows.</summary>
/// <param name="Cfg">The next_cfg to wait for, or 0 if nothing was changed.</param>
/// <param name="Changed">The units whose rows were made or changed by it.</param>
/// <param name="WithoutParent">Units whose rows could not be placed: the bridge does not exist.</param>
/// <param name="WasOvertaken">Whether a row that was to be changed was deleted meanwhile: what the snapshot shows now has to be compared anew.</param>
readonly record struct VswitchOutcome(long Cfg, IReadOnlyCollection<UnitId> Changed, ImmutableHashSet<UnitId> WithoutParent, bool WasOvertaken);
