using System.Collections.Immutable;
using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>Reads <c>database-schema</c> (RFC 7047 §3.2).</summary>
static class SchemaJson
{
    public static DatabaseSchema Read(JsonElement json)
    {
        try
        {
            var tables = json.GetProperty("tables").EnumerateObject().Select(ReadTable).ToArray();
            // Before RFC 7047's isRoot a schema without a single root table meant that all are (§3.2).
            if (!tables.Any(static table => table.IsRoot))
                tables = Array.ConvertAll(tables, static t => new TableSchema(t.Name, true, t.Indexes, t.Columns.Values));
            return new(
                json.GetProperty("name").GetString()!,
                json.TryGetProperty("version", out var version) ? Version.Parse(version.GetString()!) : new Version(0, 0, 0),
                tables,
                json.GetRawText());
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new OvsdbProtocolException($"The server sent a schema that cannot be read: {e.Message}", e);
        }
    }

    static TableSchema ReadTable(JsonProperty json) => new(
        json.Name,
        json.Value.TryGetProperty("isRoot", out var isRoot) && isRoot.GetBoolean(),
        json.Value.TryGetProperty("indexes", out var indexes) ? [.. indexes.EnumerateArray().Select(Names)] : [],
        json.Value.GetProperty("columns").EnumerateObject().Select(ReadColumn));

    static ImmutableArray<string> Names(JsonElement json) =>
        [.. json.EnumerateArray().Select(static name => name.GetString()!)];

    static ColumnSchema ReadColumn(JsonProperty json)
    {
        var type = json.Value.GetProperty("type");
        var isObject = type.ValueKind == JsonValueKind.Object;
        return new(
            json.Name,
            ReadBaseType(isObject ? type.GetProperty("key") : type),
            isObject && type.TryGetProperty("value", out var value) ? ReadBaseType(value) : null,
            isObject && type.TryGetProperty("min", out var min) ? min.GetInt32() : 1,
            isObject && type.TryGetProperty("max", out var max) ? ReadMax(max) : 1)
        {
            Ephemeral = json.Value.TryGetProperty("ephemeral", out var ephemeral) && ephemeral.GetBoolean(),
            Mutable = !json.Value.TryGetProperty("mutable", out var mutable) || mutable.GetBoolean(),
        };
    }

    static int ReadMax(JsonElement json) => json.ValueKind == JsonValueKind.Number ? json.GetInt32() : int.MaxValue;

    static BaseType ReadBaseType(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
            return new(ReadKind(json));
        var kind = ReadKind(json.GetProperty("type"));
        return new(
            kind,
            json.TryGetProperty("refTable", out var table) ? table.GetString() : null,
            json.TryGetProperty("refType", out var strength) && strength.ValueEquals("weak"),
            json.TryGetProperty("enum", out var values) ? DatumJson.ReadSet(values, kind) : null);
    }

    static AtomKind ReadKind(JsonElement json) => json.GetString() switch
    {
        "integer" => AtomKind.Integer,
        "real" => AtomKind.Real,
        "boolean" => AtomKind.Boolean,
        "string" => AtomKind.String,
        "uuid" => AtomKind.Uuid,
        var other => throw new FormatException($"\"{other}\" is no type."),
    };
}
