namespace Hawser.Ovsdb;

/// <summary>One column of a table as the server's schema declares it (RFC 7047 §3.2).</summary>
public sealed class ColumnSchema
{
    internal ColumnSchema(string name, BaseType key, BaseType? value, int min, int max)
    {
        (Name, Key, Value, Min, Max) = (name, key, value, min, max);
        Default = (min, value) switch
        {
            (0, null) => Datum.Empty,
            (0, _) => Datum.EmptyMap,
            (_, null) => Datum.Of(Atom.DefaultOf(key.Kind)),
            _ => Datum.Map([KeyValuePair.Create(Atom.DefaultOf(key.Kind), Atom.DefaultOf(value.Kind))]),
        };
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>The type of a scalar, of a set's elements, or of a map's keys.</summary>
    public BaseType Key { get; }

    /// <summary>The type of a map's values; null when the column is no map.</summary>
    public BaseType? Value { get; }

    /// <summary>The least number of elements: 0 or 1.</summary>
    public int Min { get; }

    /// <summary>The greatest number of elements; <see cref="int.MaxValue"/> when unlimited.</summary>
    public int Max { get; }

    /// <summary>Whether the column is a map.</summary>
    public bool IsMap => Value is not null;

    /// <summary>Whether the server forgets the column's values when it restarts.</summary>
    public bool Ephemeral { get; internal init; }

    /// <summary>Whether the column can be changed after its row was inserted.</summary>
    public bool Mutable { get; internal init; } = true;

    /// <summary>What the column holds when an insert does not name it (RFC 7047 §5.2.1).</summary>
    public Datum Default { get; }

    /// <summary>The table that the column's keys, or else its values, refer to.</summary>
    public string? RefTable => Key.RefTable ?? Value?.RefTable;

    /// <summary><c>_uuid</c> and <c>_version</c>, which every table has and no schema lists.</summary>
    internal static ColumnSchema OfUuid(string name) => new(name, new BaseType(AtomKind.Uuid), null, 1, 1);
}
