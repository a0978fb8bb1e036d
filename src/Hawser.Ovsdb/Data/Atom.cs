using System.Globalization;
using System.Runtime.InteropServices;

namespace Hawser.Ovsdb;

/// <summary>One scalar value of RFC 7047 §5.1.</summary>
public readonly struct Atom : IEquatable<Atom>, IComparable<Atom>
{
    // A Guid fills both words, every other number the first: 32 bytes instead of 40 for each of a replica's values.
    readonly long _first;
    readonly long _second;
    readonly string? _text;

    Atom(AtomKind kind, long first, long second, string? text) =>
        (Kind, _first, _second, _text) = (kind, first, second, text);

    /// <summary>Which accessor is valid.</summary>
    public AtomKind Kind { get; }

    /// <summary>The number of an <see cref="AtomKind.Integer"/>.</summary>
    public long AsInteger => Expect(AtomKind.Integer)._first;

    /// <summary>The number of a <see cref="AtomKind.Real"/>.</summary>
    public double AsReal => BitConverter.Int64BitsToDouble(Expect(AtomKind.Real)._first);

    /// <summary>The truth of a <see cref="AtomKind.Boolean"/>.</summary>
    public bool AsBoolean => Expect(AtomKind.Boolean)._first != 0;

    /// <summary>The text of a <see cref="AtomKind.String"/>, or the name of a <see cref="AtomKind.NamedUuid"/>.</summary>
    public string AsString => Kind == AtomKind.NamedUuid ? _text! : Expect(AtomKind.String)._text!;

    /// <summary>The row identity of a <see cref="AtomKind.Uuid"/>.</summary>
    public Guid AsUuid
    {
        get
        {
            ReadOnlySpan<long> words = [Expect(AtomKind.Uuid)._first, _second];
            return MemoryMarshal.Read<Guid>(MemoryMarshal.AsBytes(words));
        }
    }

    /// <summary>A reference to the row that the same transaction inserts under <paramref name="uuidName"/>.</summary>
    public static Atom Named(string uuidName)
    {
        ArgumentException.ThrowIfNullOrEmpty(uuidName);
        return new(AtomKind.NamedUuid, 0, 0, uuidName);
    }

    /// <summary>An <see cref="AtomKind.Integer"/>.</summary>
    public static implicit operator Atom(long value) => new(AtomKind.Integer, value, 0, null);

    /// <summary>A <see cref="AtomKind.Real"/>.</summary>
    public static implicit operator Atom(double value) =>
        new(AtomKind.Real, BitConverter.DoubleToInt64Bits(value), 0, null);

    /// <summary>A <see cref="AtomKind.Boolean"/>.</summary>
    public static implicit operator Atom(bool value) => new(AtomKind.Boolean, value ? 1 : 0, 0, null);

    /// <summary>A <see cref="AtomKind.String"/>.</summary>
    public static implicit operator Atom(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(AtomKind.String, 0, 0, value);
    }

    /// <summary>A <see cref="AtomKind.Uuid"/>.</summary>
    public static implicit operator Atom(Guid value)
    {
        var words = MemoryMarshal.Cast<Guid, long>(new ReadOnlySpan<Guid>(in value));
        return new(AtomKind.Uuid, words[0], words[1], null);
    }

    /// <summary>The value that a column has when an insert does not name it (RFC 7047 §5.2.1).</summary>
    public static Atom DefaultOf(AtomKind kind) => kind switch
    {
        AtomKind.Real => 0.0,
        AtomKind.Boolean => false,
        AtomKind.String => "",
        AtomKind.Uuid => Guid.Empty,
        _ => 0L,
    };

    /// <inheritdoc/>
    public bool Equals(Atom other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Atom other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Kind switch
    {
        AtomKind.Real => AsReal.GetHashCode(), // 0.0 and -0.0 are equal, their bits are not
        AtomKind.String or AtomKind.NamedUuid => _text!.GetHashCode(StringComparison.Ordinal),
        _ => HashCode.Combine(_first, _second),
    };

    /// <summary>A total order: by kind, then by value; strings by code unit, UUIDs as their text.</summary>
    public int CompareTo(Atom other)
    {
        if (Kind != other.Kind)
            return Kind.CompareTo(other.Kind);
        return Kind switch
        {
            AtomKind.Real => AsReal.CompareTo(other.AsReal),
            AtomKind.String or AtomKind.NamedUuid => string.CompareOrdinal(_text, other._text),
            AtomKind.Uuid => AsUuid.CompareTo(other.AsUuid),
            _ => _first.CompareTo(other._first),
        };
    }

    /// <summary>The value as people write it.</summary>
    public override string ToString() => Kind switch
    {
        AtomKind.Integer => AsInteger.ToString(CultureInfo.InvariantCulture),
        AtomKind.Real => AsReal.ToString(CultureInfo.InvariantCulture),
        AtomKind.Boolean => AsBoolean ? "true" : "false",
        AtomKind.Uuid => AsUuid.ToString(),
        _ => _text!,
    };

    /// <summary>Whether both are the same kind and value.</summary>
    public static bool operator ==(Atom left, Atom right) => left.Equals(right);

    /// <summary>Whether kind or value differ.</summary>
    public static bool operator !=(Atom left, Atom right) => !left.Equals(right);

    /// <summary>Whether <paramref name="left"/> sorts first.</summary>
    public static bool operator <(Atom left, Atom right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> sorts first, or both are equal.</summary>
    public static bool operator <=(Atom left, Atom right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> sorts last.</summary>
    public static bool operator >(Atom left, Atom right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> sorts last, or both are equal.</summary>
    public static bool operator >=(Atom left, Atom right) => left.CompareTo(right) >= 0;

    Atom Expect(AtomKind kind) => Kind == kind
        ? this
        : throw new InvalidOperationException($"The value {this} is of kind {Kind}, not {kind}.");
}
