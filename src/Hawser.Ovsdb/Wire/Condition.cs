using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>A test that a row passes or not (RFC 7047 §5.1, <c>condition</c>).</summary>
/// <param name="Column">The column that is tested; <c>_uuid</c> is one.</param>
/// <param name="Function">One of == != &lt; &lt;= &gt; &gt;= includes excludes.</param>
/// <param name="Value">What the column is compared with.</param>
public readonly record struct Condition(string Column, string Function, Datum Value)
{
    /// <summary>The column holds exactly this.</summary>
    public static Condition Is(string column, Datum value) => new(column, "==", value);

    /// <summary>The column holds exactly this.</summary>
    public static Condition Is<T>(Column<T> column, T value) => Is(column.Name, column.Write(value));

    /// <summary>The column holds anything but this.</summary>
    public static Condition IsNot(string column, Datum value) => new(column, "!=", value);

    /// <summary>The row is this one.</summary>
    public static Condition Row(Guid uuid) => Is("_uuid", Datum.Of(uuid));

    /// <summary>The set or map has all these elements; of a map, key and value.</summary>
    public static Condition Includes(string column, Datum value) => new(column, "includes", value);

    /// <summary>The map has this key with this value.</summary>
    public static Condition Includes(string column, string key, string value) =>
        Includes(column, Datum.Map([KeyValuePair.Create<Atom, Atom>(key, value)]));

    /// <summary>The set or map has none of these elements.</summary>
    public static Condition Excludes(string column, Datum value) => new(column, "excludes", value);

    /// <summary>The column's number is less than this; an empty optional never is.</summary>
    public static Condition Less(string column, Atom value) => new(column, "<", Datum.Of(value));

    /// <summary>The column's number is greater than this; an empty optional never is.</summary>
    public static Condition Greater(string column, Atom value) => new(column, ">", Datum.Of(value));

    internal static void Write(Utf8JsonWriter writer, IEnumerable<Condition> where)
    {
        writer.WriteStartArray();
        foreach (var condition in where)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(condition.Column);
            writer.WriteStringValue(condition.Function);
            DatumJson.Write(writer, condition.Value);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }
}
