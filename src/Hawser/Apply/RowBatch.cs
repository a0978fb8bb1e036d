using System.Collections.Immutable;
using Hawser.Core;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Apply;

/// <summary>
/// One transaction that brings the rows of a database in step with plans, unit by unit. It makes what is planned and missing,
/// and removes what carries a unit's mark and is not planned.
/// </summary>
sealed class RowBatch
{
    readonly ImmutableArray<OwnedTable> _tables;
    readonly Preconditions? _preconditions;
    readonly RowDiff _rows;
    readonly Snapshot _snapshot;
    readonly Dictionary<UnitId, RowKey> _waiting = [];
    readonly Dictionary<UnitId, string> _refused = [];

    /// <summary>An empty batch.</summary>
    /// <param name="snapshot">What the database holds.</param>
    /// <param name="tables">The tables, which say where rows are pruned.</param>
    /// <param name="transaction">The transaction to fill.</param>
    /// <param name="preconditions">Receives what must hold for rows that hosts share; null where they share none.</param>
    public RowBatch(Snapshot snapshot, ImmutableArray<OwnedTable> tables, Transaction transaction, Preconditions? preconditions = null)
    {
        (_snapshot, _tables, _preconditions, Transaction) = (snapshot, tables, preconditions, transaction);
        _rows = new RowDiff(snapshot, transaction);
    }

    /// <summary>What has to be done.</summary>
    public Transaction Transaction { get; }

    /// <summary>The operations that must each have matched a row.</summary>
    public IReadOnlyList<int> Guarded => _rows.GuardedOperations;

    /// <summary>What differs, one sentence each.</summary>
    public IReadOnlyList<string> Differences => _rows.Differences;

    /// <summary>Units whose rows could not be placed, each with the parent row that does not exist.</summary>
    public IReadOnlyDictionary<UnitId, RowKey> Waiting => _waiting;

    /// <summary>Units whose rows cannot be written, each with the reason.</summary>
    public IReadOnlyDictionary<UnitId, string> Refused => _refused;

    /// <summary>The rows of a database that can be pruned: those with a mark, in tables where rows are removed one by one.</summary>
    public static IEnumerable<(UnitId Unit, Row Row)> MarkedRows(Snapshot snapshot, ImmutableArray<OwnedTable> tables) =>
        from table in tables
        where table.IsPruned
        from row in snapshot[table.Name].Rows
        let unit = Marks.UnitOf(row)
        where unit is not null
        select (unit.Value, row);

    /// <summary>Those of them that carry a unit's mark. No round looks through all rows.</summary>
    public static IEnumerable<Row> MarkedRows(Snapshot snapshot, ImmutableArray<OwnedTable> tables, UnitId unit) =>
        tables.Where(table => table.IsPruned).SelectMany(table => Marks.RowsOf(unit, snapshot[table.Name]));

    /// <summary>Whether this version of the database can hold a unit's rows. If not, the unit is among <see cref="Refused"/>.</summary>
    public bool Accepts(UnitId unit, IReadOnlyCollection<RowPlacement> placements)
    {
        try
        {
            foreach (var placement in placements) _rows.Check(placement);
            return true;
        }
        catch (MissingColumnException e)
        {
            _refused[unit] = e.Message;
            return false;
        }
    }

    /// <summary>Adds what a unit's rows lack. If one of them cannot be written, none of the unit's rows is.</summary>
    public void Ensure(UnitId unit, IReadOnlyCollection<RowPlacement> placements)
    {
        if (!Accepts(unit, placements)) return;
        foreach (var placement in placements)
        {
            if (IsShared(placement.Row) && Find(placement.Row.Key) is null) _preconditions?.RequireAbsent(unit, placement.Row.Key);
            if (!_rows.Ensure(placement)) _waiting[unit] = placement.Parent!;
        }
    }

    /// <summary>The row that a key names, or null if there is none.</summary>
    public Row? Find(RowKey key) => _rows.Find(key);

    /// <summary>The rows that carry a unit's mark and are not among those that it needs.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="wanted">The rows that it needs.</param>
    public IEnumerable<Row> Surplus(UnitId unit, IEnumerable<RowPlacement> wanted)
    {
        var kept = wanted.SelectMany(p => WithReferences(p.Row)).ToHashSet();
        return MarkedRows(_snapshot, _tables, unit).Where(row => !kept.Contains(Marks.KeyOf(row)));
    }

    /// <summary>Removes a row.</summary>
    public void Remove(Row row)
    {
        var table = _tables.First(t => t.Name == row.Table);
        _rows.Remove(row, Marks.KeyOf(row).ToString(), table.Parents.Select(p => (p.Table, p.Column)));
    }

    static bool IsShared(RowSpec row) => row.Entries.TryGetValue(Marks.ExternalIds, out var ids) && ids.ContainsKey(Marks.MadeKey);

    static IEnumerable<RowKey> WithReferences(RowSpec row) => row.References.SelectMany(r => WithReferences(r.Row)).Prepend(row.Key);
}
