using System.Collections.Immutable;

namespace Hawser.Ovsdb.Sync;

/// <summary>Names one row: by the value of a column that tells rows apart, by an entry of a map, or as the only row of its table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column that holds <paramref name="Value"/>, or null for the table's only row.</param>
/// <param name="Value">The value looked for.</param>
public sealed record RowKey(string Table, string? Column, string? Value)
{
    /// <summary>The key of the map <see cref="Column"/> that holds the value, or null if the column is no map.</summary>
    public string? MapKey { get; init; }

    /// <summary>The only row of a table, such as Open_vSwitch.</summary>
    public static RowKey Only(string table) => new(table, null, null);

    /// <summary>The row of that name.</summary>
    public static RowKey Named(string table, string name) => new(table, "name", name);

    /// <summary>The row whose map holds this entry: for tables where no column tells rows apart.</summary>
    public static RowKey WithEntry(string table, string column, string key, string value) => new(table, column, value) { MapKey = key };

    /// <inheritdoc/>
    public override string ToString() => Value is null ? Table : $"{Table} {Value}";
}

/// <summary>A row that should exist, and what of it is ours to say. What is not named here is left alone.</summary>
/// <param name="Key">How the row is found, and what its key column holds when it is made.</param>
public sealed record RowSpec(RowKey Key)
{
    /// <summary>What whole columns hold.</summary>
    public ImmutableSortedDictionary<string, Datum> Columns { get; init; } = ImmutableSortedDictionary<string, Datum>.Empty;

    /// <summary>Entries of map columns; other keys of those maps belong to others.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> Entries { get; init; } =
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>>.Empty;

    /// <summary>Rows that this row refers to.</summary>
    public ImmutableArray<RowReference> References { get; init; } = [];

    /// <summary>Rows that this row must not refer to any more.</summary>
    public ImmutableArray<(string Column, RowKey Row)> Dropped { get; init; } = [];

    /// <summary>With a column that holds a value.</summary>
    public RowSpec With(string column, Datum value) => this with { Columns = Columns.SetItem(column, value) };

    /// <summary>With entries of a map column.</summary>
    public RowSpec WithEntries(string column, params ReadOnlySpan<(string Key, string Value)> entries)
    {
        var map = Entries.GetValueOrDefault(column, ImmutableSortedDictionary<string, string>.Empty);
        foreach (var (key, value) in entries) map = map.SetItem(key, value);
        return this with { Entries = Entries.SetItem(column, map) };
    }

    /// <summary>With a row that this one refers to.</summary>
    public RowSpec WithReference(string column, RowSpec row) => this with { References = References.Add(new RowReference(column, row)) };

    /// <summary>With a row that this one must not refer to any more.</summary>
    public RowSpec WithoutReference(string column, RowKey row) => this with { Dropped = Dropped.Add((column, row)) };
}

/// <summary>A row that another row's column must refer to.</summary>
public sealed record RowReference(string Column, RowSpec Row);

/// <summary>A row, and the parent whose column keeps it alive: rows that nothing refers to vanish (RFC 7047 §3.2, isRoot).</summary>
/// <param name="Parent">The parent, or null for a row of a root table, which needs none.</param>
/// <param name="Column">The parent's column. Where it is not watched, a row that exists is taken to be in its place.</param>
/// <param name="Row">The row.</param>
public sealed record RowPlacement(RowKey? Parent, string Column, RowSpec Row)
{
    /// <summary>A row of a root table.</summary>
    public static RowPlacement Root(RowSpec row) => new(null, "", row);
}
