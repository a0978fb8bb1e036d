using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>The rows of one table at one moment. Immutable.</summary>
public sealed class TableSnapshot
{
    internal TableSnapshot(
        RowLayout layout, ImmutableDictionary<Guid, Row> rows, ImmutableArray<ColumnIndex> indexes, ImmutableArray<EntryIndex> entries) =>
        (Layout, ById, Indexes, Entries) = (layout, rows, indexes, entries);

    /// <summary>The table's name.</summary>
    public string Name => Layout.Table;

    /// <summary>How many rows there are.</summary>
    public int Count => ById.Count;

    /// <summary>The rows, in no particular order.</summary>
    public IEnumerable<Row> Rows => ById.Values;

    /// <summary>Whether its rows have a column: it is monitored, and the server's schema has it.</summary>
    public bool Has(string column) => Layout.Find(column) >= 0;

    internal RowLayout Layout { get; }

    internal ImmutableDictionary<Guid, Row> ById { get; }

    internal ImmutableArray<ColumnIndex> Indexes { get; }

    internal ImmutableArray<EntryIndex> Entries { get; }

    /// <summary>The row with this identity, or null.</summary>
    public Row? Find(Guid uuid) => ById.GetValueOrDefault(uuid);

    /// <summary>
    /// A row whose column holds exactly this value, or null. Where the schema declares the column unique, this is a
    /// look-up. Else it is a scan; of several rows it finds the one with the lowest identity, as every client does.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The table has rows, and the column is not monitored.</exception>
    public Row? Find(string column, Atom value)
    {
        foreach (var index in Indexes)
        {
            if (string.Equals(index.Column, column, StringComparison.Ordinal))
                return index.Rows.TryGetValue(value, out var uuid) ? Find(uuid) : null;
        }
        return Rows.Where(row => row[column] is { Count: 1, IsMap: false } datum && datum.Keys[0] == value).MinBy(row => row.Uuid);
    }

    /// <summary>
    /// The rows whose map has a value at a key, in no particular order. Where <see cref="TableMonitor.Lookups"/> names the entry,
    /// this is a look-up. Else it is a scan.
    /// </summary>
    public IEnumerable<Row> FindAll(MapEntry entry, string value)
    {
        foreach (var index in Entries)
        {
            if (index.Entry == entry) return index.Rows.GetValueOrDefault(value, []).Select(uuid => ById[uuid]);
        }
        return Rows.Where(row => entry.ValueIn(row) == value);
    }

    internal static TableSnapshot Empty(RowLayout layout, TableSchema? schema) => new(
        layout,
        ImmutableDictionary<Guid, Row>.Empty,
        [
            .. from index in schema?.Indexes ?? []
               where index.Length == 1
               let position = layout.Find(index[0])
               where position >= 0
               select new ColumnIndex(index[0], position, ImmutableDictionary<Atom, Guid>.Empty),
        ],
        [.. layout.Lookups.Select(entry => new EntryIndex(entry, ImmutableDictionary<string, ImmutableArray<Guid>>.Empty))]);
}
