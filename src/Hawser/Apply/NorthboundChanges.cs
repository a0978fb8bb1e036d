using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Apply;

/// <summary>What has to be done in the northbound database for the units of a round: one transaction with its preconditions.</summary>
sealed class NorthboundChanges
{
    readonly string _chassis;
    readonly InstanceId _instance;
    readonly RowBatch _rows;
    readonly Shares _shares;
    readonly Dictionary<UnitId, string> _refused = [];

    NorthboundChanges(Snapshot snapshot, string chassis, InstanceId instance)
    {
        (_chassis, _instance) = (chassis, instance);
        Preconditions = new Preconditions(Transaction = new Transaction(Northbound.Database));
        _rows = new RowBatch(snapshot, Northbound.Tables, Transaction, Preconditions);
        _shares = new Shares(_rows, Preconditions, chassis, instance);
    }

    public Transaction Transaction { get; }

    public Preconditions Preconditions { get; }

    /// <summary>The operations that must each have matched a row.</summary>
    public IEnumerable<int> Guarded => _shares.Guarded.Concat(_rows.Guarded);

    /// <summary>What differs, one sentence each.</summary>
    public IEnumerable<string> Differences => _shares.Differences.Concat(_rows.Differences);

    /// <summary>Units that need a row which does not exist yet, each with the reason.</summary>
    public IEnumerable<(UnitId Unit, string Reason)> Waiting =>
        _rows.Waiting.Select(w => (w.Key, $"{w.Value} does not exist in OVN's northbound database"));

    /// <summary>Units that contradict other hosts' rows or that this version of the database cannot hold, each with the reason.</summary>
    public IEnumerable<(UnitId Unit, string Reason)> Refused => _refused.Concat(_rows.Refused).Select(r => (r.Key, r.Value));

    /// <summary>Computes the changes for units.</summary>
    /// <param name="units">The units.</param>
    /// <param name="leaving">What a unit leaves behind of which nothing may exist any more.</param>
    /// <param name="snapshot">What the database holds.</param>
    /// <param name="chassis">This host.</param>
    /// <param name="instance">This installation.</param>
    /// <param name="dead">Ports of ours that hold an address which another endpoint of ours needs.</param>
    public static NorthboundChanges Of(
        IReadOnlyCollection<PlannedUnit> units, Func<UnitId, LeavingUnit> leaving, Snapshot snapshot, string chassis,
        InstanceId instance, IEnumerable<Row> dead)
    {
        var changes = new NorthboundChanges(snapshot, chassis, instance);
        foreach (var row in dead) changes.Evict(row);
        // Routers come before the switches that they are on, and switches before their ports. Removal goes the other way round.
        foreach (var unit in units.Where(u => u.Desired is not null).OrderBy(u => u.Unit.Kind)) changes.Apply(unit, unit.Desired!);
        foreach (var unit in units.Where(u => u is { Desired: null, Failure: null }).OrderByDescending(u => u.Unit.Kind))
            changes.Remove(unit, leaving(unit.Unit));
        foreach (var unit in units.Where(u => u.Failure is not null)) changes._refused[unit.Unit] = unit.Failure!;
        return changes;
    }

    void Apply(PlannedUnit planned, DesiredUnit desired)
    {
        if (desired.Refusal is { } refusal)
        {
            _refused[planned.Unit] = refusal;
            return;
        }
        if (!_rows.Accepts(planned.Unit, desired.Northbound)) return;
        if (desired.Share is { } share) _shares.Join(planned, share);
        foreach (var claim in desired.Claims.Where(c => _rows.Find(RowKey.Named(Northbound.LogicalSwitchPort, c.Port)) is null))
            Preconditions.RequireFree(planned.Unit, claim);
        _rows.Ensure(planned.Unit, desired.Northbound);
        Prune(planned, desired);
    }

    void Remove(PlannedUnit planned, LeavingUnit leaving)
    {
        Prune(planned, null);
        if (leaving.Share is { } share) _shares.Leave(planned, share);
    }

    void Prune(PlannedUnit planned, DesiredUnit? desired)
    {
        foreach (var row in _rows.Surplus(planned.Unit, desired?.Northbound ?? []).Where(MayGo)) _rows.Remove(row);

        bool MayGo(Row row) => Marks.HostOf(row) == _chassis && (planned.OfAnyInstance || Marks.InstanceOf(row) == _instance);
    }

    // A row that nothing refers to stays until the commit. Until then it would still be seen to hold its addresses.
    void Evict(Row row)
    {
        Transaction.Mutate(
            row.Table, [Condition.Row(row.Uuid)],
            Mutation.DeleteKeys(Marks.ExternalIds, Northbound.AddressKey, Northbound.AddressIPv6Key));
        _rows.Remove(row);
    }
}
