using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>Reads and writes values in the notation of RFC 7047 §5.1, guided by a column's type.</summary>
public static class DatumJson
{
    /// <summary>Reads what a column holds.</summary>
    /// <exception cref="OvsdbProtocolException">The JSON does not fit the column's type.</exception>
    public static Datum Read(JsonElement json, ColumnSchema column)
    {
        try
        {
            return column.Value is { } value
                ? ReadMap(json, column.Key.Kind, value.Kind)
                : ReadSet(json, column.Key.Kind);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new OvsdbProtocolException($"Column {column.Name} cannot hold {Excerpt(json)}: {e.Message}", e);
        }
    }

    /// <summary>Writes a value: a set of one as its bare atom, as the server itself does.</summary>
    public static void Write(Utf8JsonWriter writer, Datum datum) => Write(writer, datum, datum.IsMap);

    /// <summary>Writes a value for a column; only the column knows what an empty one must be written as.</summary>
    internal static void Write(Utf8JsonWriter writer, Datum datum, ColumnSchema? column) =>
        Write(writer, datum, datum.Count == 0 && column is not null ? column.IsMap : datum.IsMap);

    static void Write(Utf8JsonWriter writer, Datum datum, bool asMap)
    {
        if (!asMap && datum.Count == 1)
        {
            WriteAtom(writer, datum.Keys[0]);
            return;
        }
        writer.WriteStartArray();
        writer.WriteStringValue(asMap ? "map"u8 : "set"u8);
        writer.WriteStartArray();
        for (var i = 0; i < datum.Count; i++)
        {
            if (asMap)
                writer.WriteStartArray();
            WriteAtom(writer, datum.Keys[i]);
            if (asMap)
            {
                WriteAtom(writer, datum.Values[i]);
                writer.WriteEndArray();
            }
        }
        writer.WriteEndArray();
        writer.WriteEndArray();
    }

    internal static Datum ReadSet(JsonElement json, AtomKind kind)
    {
        if (!IsTagged(json, "set"u8))
            return Datum.Of(ReadAtom(json, kind));
        var elements = json[1];
        if (elements.GetArrayLength() == 0)
            return Datum.Empty;
        return Datum.Set(elements.EnumerateArray().Select(element => ReadAtom(element, kind)));
    }

    static Datum ReadMap(JsonElement json, AtomKind key, AtomKind value)
    {
        if (!IsTagged(json, "map"u8))
            throw new FormatException("it is not of the form [\"map\", […]].");
        var pairs = json[1];
        if (pairs.GetArrayLength() == 0)
            return Datum.EmptyMap;
        return Datum.Map(pairs.EnumerateArray().Select(
            pair => KeyValuePair.Create(ReadAtom(pair[0], key), ReadAtom(pair[1], value))));
    }

    static Atom ReadAtom(JsonElement json, AtomKind kind) => kind switch
    {
        AtomKind.Integer => json.GetInt64(),
        AtomKind.Real => json.GetDouble(),
        AtomKind.Boolean => json.GetBoolean(),
        AtomKind.String => json.GetString() ?? throw new FormatException("null is no string."),
        _ when IsTagged(json, "uuid"u8) => json[1].GetGuid(),
        _ when IsTagged(json, "named-uuid"u8) => Atom.Named(json[1].GetString()!),
        _ => throw new FormatException("it is not of the form [\"uuid\", …]."),
    };

    static void WriteAtom(Utf8JsonWriter writer, Atom atom)
    {
        switch (atom.Kind)
        {
            case AtomKind.Integer:
                writer.WriteNumberValue(atom.AsInteger);
                break;
            case AtomKind.Real:
                writer.WriteNumberValue(atom.AsReal);
                break;
            case AtomKind.Boolean:
                writer.WriteBooleanValue(atom.AsBoolean);
                break;
            case AtomKind.String:
                writer.WriteStringValue(atom.AsString);
                break;
            case AtomKind.Uuid:
                WriteUuid(writer, atom.AsUuid);
                break;
            default:
                writer.WriteStartArray();
                writer.WriteStringValue("named-uuid"u8);
                writer.WriteStringValue(atom.AsString);
                writer.WriteEndArray();
                break;
        }
    }

    static void WriteUuid(Utf8JsonWriter writer, Guid uuid)
    {
        writer.WriteStartArray();
        writer.WriteStringValue("uuid"u8);
        writer.WriteStringValue(uuid);
        writer.WriteEndArray();
    }

    // ["uuid", "…"] is an atom and ["set", […]] a set: the first element tells them apart, never the length.
    static bool IsTagged(JsonElement json, ReadOnlySpan<byte> tag) =>
        json.ValueKind == JsonValueKind.Array
        && json.GetArrayLength() == 2
        && json[0].ValueKind == JsonValueKind.String
        && json[0].ValueEquals(tag);

    static string Excerpt(JsonElement json)
    {
        const int Longest = 100;
        var text = json.GetRawText();
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }
}
