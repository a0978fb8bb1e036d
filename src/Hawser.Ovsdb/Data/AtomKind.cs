namespace Hawser.Ovsdb;

/// <summary>The scalar types of RFC 7047 §3.2, and the named UUID of §5.1.</summary>
public enum AtomKind
{
    /// <summary>A signed 64-bit integer.</summary>
    Integer,

    /// <summary>A double-precision number.</summary>
    Real,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>The identity of a row.</summary>
    Uuid,

    /// <summary>The identity of a row that the same transaction inserts, by the name given there.</summary>
    NamedUuid,
}
