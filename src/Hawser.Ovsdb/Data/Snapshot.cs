using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>The monitored contents of a database at one moment, always at the end of a transaction. Immutable.</summary>
public sealed class Snapshot
{
    readonly FrozenDictionary<string, TableSnapshot> _tables;

    Snapshot(DatabaseSchema schema, FrozenDictionary<string, TableSnapshot> tables, long version) =>
        (Schema, _tables, Version) = (schema, tables, version);

    /// <summary>The schema of the server that the contents came from.</summary>
    public DatabaseSchema Schema { get; }

    /// <summary>Grows by one with every update that was applied.</summary>
    public long Version { get; }

    /// <summary>The tables.</summary>
    public IEnumerable<TableSnapshot> Tables => _tables.Values;

    /// <summary>One table. An optional table that the server's schema lacks is there, without rows.</summary>
    /// <exception cref="KeyNotFoundException">The table is not monitored.</exception>
    public TableSnapshot this[string table] => _tables.TryGetValue(table, out var found)
        ? found
        : throw new KeyNotFoundException($"Table {table} of database {Schema.Name} is not monitored.");

    /// <summary>A snapshot without rows, of all tables and columns of a schema.</summary>
    public static Snapshot Empty(DatabaseSchema schema) => Empty(
        schema,
        schema.Tables.Values.Select(static table => new RowLayout(table.Name, [.. table.Columns.Values])));

    /// <summary>This snapshot with one row more, or with one row replaced; columns that are not named have defaults.</summary>
    /// <exception cref="KeyNotFoundException">The table or a column does not exist.</exception>
    public Snapshot Put(string table, Guid uuid, IEnumerable<KeyValuePair<string, Datum>> row)
    {
        var editor = new TableEditor(this[table]);
        var values = editor.Layout.Defaults.ToArray();
        foreach (var (column, value) in row)
        {
            var position = editor.Layout.Find(column);
            if (position < 0)
                throw new KeyNotFoundException($"Table {table} has no column {column}.");
            values[position] = value;
        }
        editor.Put(new Row(editor.Layout, uuid, values));
        return With([editor.ToSnapshot()]);
    }

    /// <summary>This snapshot without one row.</summary>
    public Snapshot Remove(string table, Guid uuid)
    {
        if (this[table].Find(uuid) is not { } row)
            return this;
        var editor = new TableEditor(this[table]);
        editor.Remove(row);
        return With([editor.ToSnapshot()]);
    }

    internal static Snapshot Empty(DatabaseSchema schema, IEnumerable<RowLayout> layouts, long version = 0) => new(
        schema,
        layouts
            .Select(layout => TableSnapshot.Empty(layout, schema.Tables.GetValueOrDefault(layout.Table)))
            .ToFrozenDictionary(static table => table.Name, StringComparer.Ordinal),
        version);

    internal bool TryGetTable(string table, out TableSnapshot? found) => _tables.TryGetValue(table, out found);

    internal Snapshot With(IReadOnlyList<TableSnapshot> changed)
    {
        var tables = _tables.ToDictionary(StringComparer.Ordinal);
        foreach (var table in changed)
            tables[table.Name] = table;
        return new(Schema, tables.ToFrozenDictionary(StringComparer.Ordinal), Version + 1);
    }
}
