using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>Makes the next snapshot of a table out of the last one: O(log n) for each row that changes.</summary>
sealed class TableEditor(TableSnapshot before)
{
    readonly ImmutableDictionary<Guid, Row>.Builder _rows = before.ById.ToBuilder();
    readonly ImmutableDictionary<Atom, Guid>.Builder[] _indexes =
        [.. before.Indexes.Select(static index => index.Rows.ToBuilder())];
    readonly EntryIndex[] _entries = [.. before.Entries];

    public RowLayout Layout => before.Layout;

    public Row? Find(Guid uuid) => _rows.GetValueOrDefault(uuid);

    public void Put(Row row)
    {
        var old = Find(row.Uuid);
        _rows[row.Uuid] = row;
        NoteEntries(old, row);
        for (var i = 0; i < _indexes.Length; i++)
        {
            var key = KeyOf(row, i);
            if (old is not null && KeyOf(old, i) == key)
                continue;
            if (old is not null)
                RemoveFromIndex(i, old);
            _indexes[i][key] = row.Uuid;
        }
    }

    public void Remove(Row row)
    {
        _rows.Remove(row.Uuid);
        NoteEntries(row, null);
        for (var i = 0; i < _indexes.Length; i++)
            RemoveFromIndex(i, row);
    }

    public TableSnapshot ToSnapshot() => new(
        Layout,
        _rows.ToImmutable(),
        [.. before.Indexes.Select((index, i) => index with { Rows = _indexes[i].ToImmutable() })],
        [.. _entries]);

    void NoteEntries(Row? old, Row? row)
    {
        for (var i = 0; i < _entries.Length; i++) _entries[i] = _entries[i].With(old, row);
    }

    void RemoveFromIndex(int index, Row row)
    {
        // When two rows swap their names in one update, the entry may be the other row's already.
        var key = KeyOf(row, index);
        if (_indexes[index].TryGetValue(key, out var holder) && holder == row.Uuid)
            _indexes[index].Remove(key);
    }

    Atom KeyOf(Row row, int index)
    {
        var datum = row.Values[before.Indexes[index].Position];
        return datum.Count > 0 ? datum.Keys[0] : default;
    }
}
