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
    /// The operations that must each have matched a row. If one matched none, the row was deleted meanwhile, and the server
    /// collected as garbage what was inserted for it, without any error.
    /// </summary>
    public IReadOnlyList<int> GuardedOperations => _guarded;

    /// <summary>The row that a key names, or null if the snapshot has none.</summary>
    public Row? Find(RowKey key) => key switch
    {
        { Column: null } => snapshot[key.Table].Rows.FirstOrDefault(),
        { MapKey: { } entry } => snapshot[key.Table].FindAll(new MapEntry(key.Column, entry), key.Value!).MinBy(row => row.Uuid),
        _ => snapshot[key.Table].Find(key.Column, key.Value!),
    };

    /// <summary>Adds what is missing for a row to be as it should, in its place.</summary>
    /// <returns>False if the parent does not exist; nothing was added then.</returns>
    /// <exception cref="MissingColumnException">See <see cref="Check(RowPlacement)"/>, which refuses before anything is added.</exception>
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
            // A row that exists only while something refers to it has one place. So it is taken out of other parents: moved, not shared.
            if (!isNew && !snapshot.Schema.Tables[placement.Row.Key.Table].IsRoot) TakeFromOthers(key.Table, placement.Column, child);
            _guarded.Add(transaction.Mutate(key.Table, [Is(parentId)], Mutation.Insert(placement.Column, Datum.Of(child))));
            if (!isNew) _differences.Add($"{placement.Row.Key} is not in {key}");
        }
        return true;
    }

    /// <summary>Refuses a row that fills a column which is not there. Nothing is added.</summary>
    /// <exception cref="MissingColumnException">There is one.</exception>
    public void Check(RowPlacement placement)
    {
        if (placement.Parent is { } parent && !snapshot.Schema.Has(parent.Table, placement.Column))
            throw new MissingColumnException(snapshot.Schema, parent.Table, placement.Column);
        Check(placement.Row);
    }

    void Check(RowSpec spec)
    {
        Fit(spec);
        foreach (var reference in spec.References) Check(reference.Row);
    }

    /// <summary>
    /// Takes a row out of the columns that refer to it; with the last reference it is gone. A row of a root table is deleted
    /// too.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="name">What it is called in <see cref="Differences"/>.</param>
    /// <param name="references">The columns that may refer to it.</param>
    public void Remove(Row row, string name, params IEnumerable<(string Table, string Column)> references)
    {
        foreach (var (table, column) in references) Unlink(row.Uuid, table, column);
        if (snapshot.Schema.Tables[row.Table].IsRoot) transaction.Delete(row.Table, Condition.Row(row.Uuid));
        _differences.Add($"{name} should not exist");
    }

    // Where the column is not monitored, the server has to find the rows that refer to it.
    void Unlink(Guid child, string table, string column)
    {
        if (!snapshot[table].Has(column))
        {
            transaction.Mutate(table, [Condition.Includes(column, Datum.Of(child))], Mutation.Delete(column, Datum.Of(child)));
            return;
        }
        foreach (var parent in snapshot[table].Rows)
        {
            // A map refers to rows by its values, as QoS.queues does.
            var held = parent[column];
            var keys = held.Keys.Where((key, at) => (held.IsMap ? held.Values[at] : key) == child).ToList();
            if (keys.Count > 0) transaction.Mutate(table, [Condition.Row(parent.Uuid)], Mutation.Delete(column, Datum.Set(keys)));
        }
    }

    // A column that the server's version lacks is as good as one that holds its default.
    RowSpec Fit(RowSpec spec)
    {
        var missing = Columns(spec).Where(c => !Has(spec.Key.Table, c)).ToImmutableArray();
        if (missing.IsEmpty) return spec;
        if (missing.FirstOrDefault(c => !spec.Columns.TryGetValue(c, out var value) || !IsDefault(value)) is { } column)
            throw new MissingColumnException(snapshot.Schema, spec.Key.Table, column);
        return spec with { Columns = spec.Columns.RemoveRange(missing) };
    }

    static IEnumerable<string> Columns(RowSpec spec) =>
    [
        .. spec.Key.Column is { } key ? [key] : Array.Empty<string>(),
        .. spec.Columns.Keys, .. spec.Entries.Keys, .. spec.References.Select(r => r.Column), .. spec.Dropped.Select(d => d.Column),
    ];

    bool Has(string table, string column) => snapshot.TryGetTable(table, out var found) && found!.Has(column);

    static bool IsDefault(Datum value) =>
        value.Count == 0 || (value is { IsMap: false, Count: 1 } && value.Keys[0] is { Kind: AtomKind.Integer, AsInteger: 0 });

    Atom EnsureRow(RowSpec spec)
    {
        if (_inserted.TryGetValue(spec.Key, out var inserted)) return inserted;
        spec = Fit(spec);
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
            foreach (var (key, value) in wrong)
                _differences.Add($"{spec.Key}: {column}:{key} is {row[column].StringValue(key) ?? "absent"}, should be {value}");
        }

        foreach (var (column, referred) in spec.References)
        {
            var child = EnsureRow(referred);
            if (!row[column].Contains(child))
                _guarded.Add(transaction.Mutate(row.Table, [Condition.Row(row.Uuid)], Mutation.Insert(column, Datum.Of(child))));
        }

        foreach (var (column, key) in spec.Dropped)
        {
            // Find would give the first row with that key, which may be another parent's.
            var dropped = snapshot[key.Table].Rows
                .Where(r => row[column].Contains(r.Uuid) && r[key.Column!].Equals(Datum.Of(key.Value!)));
            foreach (var child in dropped)
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

    static Condition Is(Atom uuid) => Condition.Is("_uuid", Datum.Of(uuid));
}
