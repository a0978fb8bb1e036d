using System.Collections.Immutable;
using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>The tables that a replica asks for, fitted to the schema that the server has.</summary>
sealed class MonitorRequest
{
    readonly ImmutableArray<(TableMonitor Monitor, RowLayout Layout)> _tables;

    public MonitorRequest(DatabaseSchema schema, IEnumerable<TableMonitor> tables)
    {
        Schema = schema;
        _tables = [.. tables.Select(table => (table, Fit(schema, table)))];
    }

    public DatabaseSchema Schema { get; }

    /// <summary>The layouts of all tables, also of those that the schema lacks: they stay empty.</summary>
    public IEnumerable<RowLayout> Layouts => _tables.Select(static table => table.Layout);

    /// <summary>Writes the parameters of a monitor method.</summary>
    public void Write(Utf8JsonWriter writer, string monitorId, MonitorMethod method, Guid since)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(Schema.Name);
        writer.WriteStringValue(monitorId);
        writer.WriteStartObject();
        foreach (var (monitor, layout) in _tables)
        {
            if (Schema.Has(layout.Table))
                WriteTable(writer, monitor, layout, method);
        }
        writer.WriteEndObject();
        if (method == MonitorMethod.CondSince)
            writer.WriteStringValue(since);
        writer.WriteEndArray();
    }

    static void WriteTable(Utf8JsonWriter writer, TableMonitor monitor, RowLayout layout, MonitorMethod method)
    {
        writer.WriteStartArray(layout.Table);
        writer.WriteStartObject();
        // Without "columns" the server would send _version too.
        Operation.WriteColumns(writer, layout.Columns.Select(static column => column.Name));
        if (method != MonitorMethod.Plain && !monitor.Where.IsEmpty)
            Operation.WriteWhere(writer, monitor.Where);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    static RowLayout Fit(DatabaseSchema schema, TableMonitor monitor)
    {
        if (!schema.Tables.TryGetValue(monitor.Table, out var table))
        {
            return monitor.Required
                ? throw new OvsdbProtocolException($"Database {schema.Name} {schema.Version} has no table {monitor.Table}.")
                : new(monitor.Table, []);
        }
        if (monitor.Columns.IsEmpty && monitor.OptionalColumns.IsEmpty)
            return new(monitor.Table, [.. table.Columns.Values]) { Lookups = monitor.Lookups };
        if (monitor.Required && monitor.Columns.FirstOrDefault(name => !table.Columns.ContainsKey(name)) is { } missing)
        {
            throw new OvsdbProtocolException(
                $"Table {monitor.Table} of database {schema.Name} {schema.Version} has no column {missing}.");
        }
        var wanted = monitor.Columns.Concat(monitor.OptionalColumns).Distinct(StringComparer.Ordinal);
        return new(monitor.Table, [.. wanted.Select(table.Columns.GetValueOrDefault).OfType<ColumnSchema>()]) { Lookups = monitor.Lookups };
    }
}
