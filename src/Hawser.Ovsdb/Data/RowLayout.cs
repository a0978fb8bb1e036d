using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>
/// Which columns the rows of one table have, and in which order: shared by all of them, so that a row costs one
/// array and no dictionary.
/// </summary>
sealed class RowLayout
{
    readonly FrozenDictionary<string, int> _positions;

    public RowLayout(string table, ImmutableArray<ColumnSchema> columns)
    {
        (Table, Columns) = (table, columns);
        _positions = Enumerable.Range(0, columns.Length)
            .ToFrozenDictionary(i => columns[i].Name, static i => i, StringComparer.Ordinal);
        Defaults = [.. columns.Select(static column => column.Default)];
    }

    public string Table { get; }

    public ImmutableArray<ColumnSchema> Columns { get; }

    public ImmutableArray<Datum> Defaults { get; }

    /// <summary>The entries of maps by whose values rows are looked up.</summary>
    public ImmutableArray<MapEntry> Lookups { get; init; } = [];

    public int Find(string column) => _positions.TryGetValue(column, out var position) ? position : -1;
}
