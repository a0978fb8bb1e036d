using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>One operation of a transaction (RFC 7047 §5.2).</summary>
/// <param name="Name">The member <c>op</c>.</param>
/// <param name="Table">The member <c>table</c>, of the operations that have one.</param>
/// <param name="IsPrecondition">Whether this is a <c>wait</c> that does not wait: unmet, it is a lost race and no error.</param>
/// <param name="WriteMembers">Writes the other members. The schema, where known, tells empty sets from empty maps.</param>
sealed record Operation(
    string Name, string? Table, bool IsPrecondition, Action<Utf8JsonWriter, TableSchema?> WriteMembers)
{
    public void Write(Utf8JsonWriter writer, DatabaseSchema? schema)
    {
        writer.WriteStartObject();
        writer.WriteString("op"u8, Name);
        if (Table is not null)
            writer.WriteString("table"u8, Table);
        WriteMembers(writer, Table is null ? null : schema?.Tables.GetValueOrDefault(Table));
        writer.WriteEndObject();
    }

    public static void WriteRow(
        Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, Datum>> row, TableSchema? schema)
    {
        writer.WriteStartObject();
        foreach (var (column, value) in row)
        {
            writer.WritePropertyName(column);
            DatumJson.Write(writer, value, schema?.Columns.GetValueOrDefault(column));
        }
        writer.WriteEndObject();
    }

    public static void WriteWhere(Utf8JsonWriter writer, IEnumerable<Condition> where)
    {
        writer.WritePropertyName("where"u8);
        Condition.Write(writer, where);
    }

    public static void WriteColumns(Utf8JsonWriter writer, IEnumerable<string> columns)
    {
        writer.WriteStartArray("columns"u8);
        foreach (var column in columns)
            writer.WriteStringValue(column);
        writer.WriteEndArray();
    }
}
