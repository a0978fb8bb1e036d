using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>Makes the next snapshot of a table out of the last one: O(log n) for each row that changes.</summary>
sealed class TableEditor(TableSnapshot before)
{
    readonly ImmutableDictionary<Guid, Row>.Builder _rows = before.ById.ToBuilder();
    readonly ImmutableDictionary<Atom, Row>.Builder[] _indexes =
        [.. before.Indexes.Select(static index => index.Rows.ToBuilder())];

    public RowLayout Layout => before.Layout;

    public Row? Find(Guid uuid) => _rows.GetValueOrDefault(uuid);

    public void Put(Row row)
    {
        if (Find(row.Uuid) is { } old)
            RemoveFromIndexes(old);
        _rows[row.Uuid] = row;
        for (var i = 0; i < _indexes.Length; i++)
            _indexes[i][KeyOf(row, i)] = row;
    }

    public void Remove(Row row)
    {
        _rows.Remove(row.Uuid);
        RemoveFromIndexes(row);
    }

    public TableSnapshot ToSnapshot() => new(
        Layout,
        _rows.ToImmutable(),
        [.. before.Indexes.Select((index, i) => index with { Rows = _indexes[i].ToImmutable() })]);

    void RemoveFromIndexes(Row row)
    {
        for (var i = 0; i < _indexes.Length; i++)
        {
            // When two rows swap their names in one update, the entry may be the other row's already.
            var key = KeyOf(row, i);
            if (_indexes[i].TryGetValue(key, out var holder) && holder.Uuid == row.Uuid)
                _indexes[i].Remove(key);
        }
    }

    Atom KeyOf(Row row, int index)
    {
        var datum = row.Values[before.Indexes[index].Position];
        return datum.Count > 0 ? datum.Keys[0] : default;
    }
}
