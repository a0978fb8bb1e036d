using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>Reads what an update says about one row: the row as it is afterwards, or null when it is gone.</summary>
static class RowUpdate
{
    /// <summary><c>row-update</c> of RFC 7047 §4.1.6: <c>new</c> carries all monitored columns.</summary>
    public static Row? Read(RowLayout layout, Guid uuid, Row? old, JsonElement json) =>
        json.TryGetProperty("new", out var columns) ? Overwrite(layout, uuid, columns) : null;

    /// <summary><c>row-update2</c> of ovsdb-server(7) §4.1.14.</summary>
    public static Row? Read2(RowLayout layout, Guid uuid, Row? old, JsonElement json)
    {
        if (json.TryGetProperty("modify", out var differences))
            return Modify(layout, old ?? throw Unknown(layout, uuid), differences);
        if (json.TryGetProperty("insert", out var columns) || json.TryGetProperty("initial", out columns))
            return Overwrite(layout, uuid, columns);
        return json.TryGetProperty("delete", out _)
            ? null
            : throw new OvsdbProtocolException($"The server sent an unknown update of row {uuid} of table {layout.Table}.");
    }

    // update2 leaves out columns that hold their default. The defaults are shared here in any case: most columns hold one.
    static Row Overwrite(RowLayout layout, Guid uuid, JsonElement columns)
    {
        var values = layout.Defaults.ToArray();
        foreach (var column in columns.EnumerateObject())
        {
            var position = Position(layout, column.Name);
            var value = DatumJson.Read(column.Value, layout.Columns[position]);
            if (!value.Equals(values[position]))
                values[position] = value;
        }
        return new(layout, uuid, values);
    }

    static Row Modify(RowLayout layout, Row old, JsonElement differences)
    {
        var values = old.Values.ToArray();
        foreach (var column in differences.EnumerateObject())
        {
            var position = Position(layout, column.Name);
            var schema = layout.Columns[position];
            var value = DatumJson.Read(column.Value, schema);
            // Columns of at most one element carry their new value, all others a difference.
            values[position] = schema.Max > 1 ? values[position].Apply(value) : value;
        }
        return new(layout, old.Uuid, values);
    }

    static int Position(RowLayout layout, string column) => layout.Find(column) is var position and >= 0
        ? position
        : throw new OvsdbProtocolException($"The server sent column {column} of table {layout.Table}, which is not monitored.");

    static OvsdbProtocolException Unknown(RowLayout layout, Guid uuid) =>
        new($"The server modified row {uuid} of table {layout.Table}, which is not in the replica.");
}
