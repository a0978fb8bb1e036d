using System.Collections.Immutable;
using System.Globalization;

namespace Hawser.Ovsdb.Sync;

/// <summary>
/// Turns the difference between rows as they should be and a snapshot into operations of one transaction, and into
/// sentences for people. Pure but for the transaction it fills.
/// </summary>
public sealed class RowDiff(Snapshot snapshot, Transaction transaction)
{
    readonly Dictionary<RowKey, Atom> _inserted = [];
    readonly List<string> _differences = [];
    readonly List<int> _guarded = [];

    /// <summary>What differs, one sentence each.</summary>
    public IReadOnlyList<string> Differences => _differences;

    /// <summary>
    /// The operations that must each have met a row: one that counts none means the row went meanwhile, and what was
    /// inserted for it was collected as garbage, without any error.
    /// </summary>
    public IReadOnlyList<int> GuardedOperations => _guarded;

    /// <summary>Adds what is missing for a row to be as it should, in its place.</summary>
    /// <returns>False if the parent does not exist; nothing was added then.</returns>
    public bool Ensure(RowPlacement placement)
    {
        if (placement.Parent is not { } key)
        {
            EnsureRow(placement.Row);
            return true;
        }
        var parent = Find(key);
        Atom parentId;
        if (parent is not null) parentId = parent.Uuid;
        else if (!_inserted.TryGetValue(key, out parentId)) return false;

        var child = EnsureRow(placement.Row);
        var isNew = child.Kind != AtomKind.Uuid;
        if (parent is null || (parent.TryGet(placement.Column, out var children) ? !children.Contains(child) : isNew))
        {
            // A row that lives by being referred to has one place: taken out of another parent, it is moved, not copied.
            if (!isNew && !snapshot.Schema.Tables[placement.Row.Key.Table].IsRoot) TakeFromOthers(key.Table, placement.Column, child);
            _guarded.Add(transaction.Mutate(key.Table, [Is(parentId)], Mutation.Insert(placement.Column, Datum.Of(child))));
            if (!isNew) _differences.Add($"{placement.Row.Key} is not in {key}");
        }
        return true;
    }

    /// <summary>Takes a row out of the columns of a table that refer to it; with the last reference it is gone.</summary>
    public void Remove(Row row, string parentTable, string column)
    {
        foreach (var parent in snapshot[parentTable].Rows.Where(p => p[column].Contains(row.Uuid)))
            transaction.Mutate(parentTable, [Condition.Row(parent.Uuid)], Mutation.Delete(column, Datum.Of(row.Uuid)));
        var name = row.TryGet("name", out var value) && value.Count == 1 ? value.Keys[0].AsString : row.Uuid.ToString();
        _differences.Add($"{row.Table} {name} should not exist");
    }

    Atom EnsureRow(RowSpec spec)
    {
        if (_inserted.TryGetValue(spec.Key, out var inserted)) return inserted;
        return Find(spec.Key) is { } row ? Update(row, spec) : Insert(spec);
    }

    Atom Insert(RowSpec spec)
    {
        if (spec.Key is { MapKey: { } entry, Column: { } map }) spec = spec.WithEntries(map, (entry, spec.Key.Value!));
        var columns = new Dictionary<string, Datum>(spec.Columns);
        if (spec.Key is { Column: { } key, MapKey: null }) columns[key] = Datum.Of(spec.Key.Value!);
        foreach (var (column, entries) in spec.Entries) columns[column] = Datum.StringMap(entries);
        foreach (var group in spec.References.GroupBy(r => r.Column))
            columns[group.Key] = Datum.Set([.. group.Select(r => EnsureRow(r.Row))]);
        // An <id> of RFC 7047 §3.1 has letters, digits and underscores only.
        var name = string.Create(CultureInfo.InvariantCulture, $"row{transaction.Count}");
        transaction.Insert(spec.Key.Table, columns, name);
        _differences.Add($"{spec.Key} is missing");
        return _inserted[spec.Key] = Atom.Named(name);
    }

    Atom Update(Row row, RowSpec spec)
    {
        var changed = spec.Columns.Where(c => !row[c.Key].Equals(c.Value)).ToImmutableArray();
        if (changed.Length > 0) _guarded.Add(transaction.Update(row.Table, [Condition.Row(row.Uuid)], changed));
        foreach (var (column, wanted) in changed) _differences.Add($"{spec.Key}: {column} is {row[column]}, should be {wanted}");

        foreach (var (column, entries) in spec.Entries)
        {
            var wrong = entries.Where(e => row[column].StringValue(e.Key) != e.Value).ToImmutableArray();
            if (wrong.Length == 0) continue;
            // Inserting into a map never replaces a key that is there (ovsdb-server's ovsdb_datum_union): delete it first.
            _guarded.Add(transaction.Mutate(row.Table, [Condition.Row(row.Uuid)],
                Mutation.Delete(column, Datum.Set(wrong.Select(e => (Atom)e.Key))),
                Mutation.Insert(column, Datum.StringMap(wrong))));
            foreach (var (key, value) in wrong) _differences.Add($"{spec.Key}: {column}:{key} is {row[column].StringValue(key) ?? "absent"}, should be {value}");
        }

        foreach (var (column, referred) in spec.References)
        {
            var child = EnsureRow(referred);
            if (!row[column].Contains(child))
                _guarded.Add(transaction.Mutate(row.Table, [Condition.Row(row.Uuid)], Mutation.Insert(column, Datum.Of(child))));
        }

        foreach (var (column, key) in spec.Dropped)
        {
            // Not the first row of that key, which may be another parent's.
            foreach (var child in snapshot[key.Table].Rows.Where(r => row[column].Contains(r.Uuid) && r[key.Column!].Equals(Datum.Of(key.Value!))))
            {
                _guarded.Add(transaction.Mutate(row.Table, [Condition.Row(row.Uuid)], Mutation.Delete(column, Datum.Of(child.Uuid))));
                _differences.Add($"{spec.Key}: {column} has {key.Value}, should not");
            }
        }
        return row.Uuid;
    }

    void TakeFromOthers(string table, string column, Atom child)
    {
        foreach (var other in snapshot[table].Rows.Where(p => p.TryGet(column, out var children) && children.Contains(child)))
            transaction.Mutate(table, [Condition.Row(other.Uuid)], Mutation.Delete(column, Datum.Of(child)));
    }

    Row? Find(RowKey key) => key switch
    {
        { Column: null } => snapshot[key.Table].Rows.FirstOrDefault(),
        { MapKey: { } entry } => snapshot[key.Table].Rows.FirstOrDefault(r => r[key.Column].StringValue(entry) == key.Value),
        _ => snapshot[key.Table].Find(key.Column, key.Value!),
    };

    static Condition Is(Atom uuid) => Condition.Is("_uuid", Datum.Of(uuid));
}
