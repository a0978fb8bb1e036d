using System.Collections.Frozen;
using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>A database's schema, as <c>get_schema</c> returns it (RFC 7047 §3.2, §4.1.2).</summary>
public sealed class DatabaseSchema
{
    internal DatabaseSchema(string name, Version version, IEnumerable<TableSchema> tables, string text)
    {
        (Name, Version, Text) = (name, version, text);
        Tables = tables.ToFrozenDictionary(static table => table.Name, StringComparer.Ordinal);
    }

    /// <summary>The database's name, such as <c>Open_vSwitch</c>.</summary>
    public string Name { get; }

    /// <summary>The schema's version; it says less about features than <see cref="Has"/> does.</summary>
    public Version Version { get; }

    /// <summary>The tables by name.</summary>
    public FrozenDictionary<string, TableSchema> Tables { get; }

    /// <summary>The schema as the server sent it: two databases can be compared by it exactly.</summary>
    internal string Text { get; }

    /// <summary>Reads a schema from JSON text, as in an <c>.ovsschema</c> file.</summary>
    /// <exception cref="OvsdbProtocolException">The text is no schema.</exception>
    public static DatabaseSchema Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new OvsdbProtocolException($"A schema is not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>Reads a schema from the result of <c>get_schema</c>.</summary>
    /// <exception cref="OvsdbProtocolException">The value is no schema.</exception>
    public static DatabaseSchema Parse(JsonElement json) => SchemaJson.Read(json);

    /// <summary>Whether the database has this table and, when one is named, this column in it.</summary>
    public bool Has(string table, string? column = null) =>
        Tables.TryGetValue(table, out var found) && (column is null || found.Columns.ContainsKey(column));
}
