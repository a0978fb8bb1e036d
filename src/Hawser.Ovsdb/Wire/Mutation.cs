using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>A change to a column that does not need to know what the column holds (RFC 7047 §5.1, <c>mutation</c>).</summary>
/// <param name="Column">The column to change.</param>
/// <param name="Mutator">One of += -= *= /= %= insert delete.</param>
/// <param name="Value">The operand.</param>
public readonly record struct Mutation(string Column, string Mutator, Datum Value)
{
    /// <summary>Adds to a number, or to every number of a set.</summary>
    public static Mutation Add(string column, long value) => new(column, "+=", Datum.Of(value));

    /// <summary>
    /// Puts elements into a set, or pairs into a map. A pair whose key is there already is ignored: to replace its
    /// value, <see cref="Delete(string, Datum)"/> the key first, in the same operation.
    /// </summary>
    public static Mutation Insert(string column, Datum value) => new(column, "insert", value);

    /// <summary>Takes elements out of a set, or pairs, or keys given as a set, out of a map. Absent ones do not matter.</summary>
    public static Mutation Delete(string column, Datum value) => new(column, "delete", value);

    /// <summary>Takes keys out of a map of strings, whatever their values.</summary>
    public static Mutation DeleteKeys(string column, params IEnumerable<string> keys) =>
        Delete(column, Datum.Set(keys.Select(static key => (Atom)key)));

    internal static void Write(Utf8JsonWriter writer, IEnumerable<Mutation> mutations)
    {
        writer.WriteStartArray();
        foreach (var mutation in mutations)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(mutation.Column);
            writer.WriteStringValue(mutation.Mutator);
            DatumJson.Write(writer, mutation.Value);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }
}
