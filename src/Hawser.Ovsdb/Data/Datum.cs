using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>
/// What one column of one row holds: a sorted set or a sorted map of atoms, compared by value. A scalar is a set
/// of one and an optional a set of none or one (RFC 7047 §3.2).
/// </summary>
public sealed class Datum : IEquatable<Datum>
{
    Datum(ImmutableArray<Atom> keys, ImmutableArray<Atom> values, bool isMap) =>
        (Keys, Values, IsMap) = (keys, values, isMap);

    /// <summary>The empty set, which is also a cleared optional.</summary>
    public static Datum Empty { get; } = new([], [], isMap: false);

    /// <summary>The empty map. It equals <see cref="Empty"/>: a column's kind comes from its schema.</summary>
    public static Datum EmptyMap { get; } = new([], [], isMap: true);

    /// <summary>Whether each key has a value.</summary>
    public bool IsMap { get; }

    /// <summary>How many elements or pairs there are.</summary>
    public int Count => Keys.Length;

    /// <summary>The elements of a set, or the keys of a map, in order.</summary>
    public ImmutableArray<Atom> Keys { get; }

    /// <summary>The values of a map, parallel to <see cref="Keys"/>; empty for a set.</summary>
    public ImmutableArray<Atom> Values { get; }

    /// <summary>A set of one: what a scalar column holds.</summary>
    public static Datum Of(Atom atom) => new([atom], [], isMap: false);

    /// <summary>A set; repeated elements count once.</summary>
    public static Datum Set(IEnumerable<Atom> atoms)
    {
        var keys = atoms.ToArray();
        Array.Sort(keys);
        var count = 0;
        foreach (var key in keys)
        {
            if (count == 0 || keys[count - 1] != key)
                keys[count++] = key;
        }
        return count == 0 ? Empty : new(ImmutableArray.Create(keys, 0, count), [], isMap: false);
    }

    /// <summary>A map.</summary>
    /// <exception cref="ArgumentException">A key occurs twice.</exception>
    public static Datum Map(IEnumerable<KeyValuePair<Atom, Atom>> pairs)
    {
        var sorted = pairs.ToArray();
        if (sorted.Length == 0)
            return EmptyMap;
        Array.Sort(sorted, static (left, right) => left.Key.CompareTo(right.Key));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Key == sorted[i - 1].Key)
                throw new ArgumentException($"The key {sorted[i].Key} occurs twice in one map.", nameof(pairs));
        }
        return new(
            ImmutableArray.Create(Array.ConvertAll(sorted, static pair => pair.Key)),
            ImmutableArray.Create(Array.ConvertAll(sorted, static pair => pair.Value)),
            isMap: true);
    }

    /// <summary>A map from strings to strings, the shape of <c>external_ids</c>.</summary>
    /// <exception cref="ArgumentException">A key occurs twice.</exception>
    public static Datum StringMap(IEnumerable<KeyValuePair<string, string>> pairs) =>
        Map(pairs.Select(static pair => KeyValuePair.Create<Atom, Atom>(pair.Key, pair.Value)));

    /// <summary>Whether the set has this element, or the map this key.</summary>
    public bool Contains(Atom atom) => Find(atom) >= 0;

    /// <summary>The value of a key.</summary>
    /// <returns>False for an absent key and for a set.</returns>
    public bool TryGetValue(Atom key, out Atom value)
    {
        var at = IsMap ? Find(key) : -1;
        value = at >= 0 ? Values[at] : default;
        return at >= 0;
    }

    /// <summary>The text at a key of a string map, or null when the key is absent.</summary>
    public string? StringValue(string key) => TryGetValue(key, out var value) ? value.AsString : null;

    /// <summary>The pairs of a map of strings.</summary>
    public IEnumerable<KeyValuePair<string, string>> StringPairs()
    {
        for (var i = 0; i < Keys.Length; i++) yield return new(Keys[i].AsString, Values[i].AsString);
    }

    /// <inheritdoc/>
    public bool Equals(Datum? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        return other is not null
            && Count == other.Count
            && (IsMap == other.IsMap || Count == 0)
            && Keys.AsSpan().SequenceEqual(other.Keys.AsSpan())
            && Values.AsSpan().SequenceEqual(other.Values.AsSpan());
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Datum);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var key in Keys)
            hash.Add(key);
        foreach (var value in Values)
            hash.Add(value);
        return hash.ToHashCode();
    }

    /// <summary>The value as ovs-vsctl would print it: <c>5</c>, <c>[a, b]</c>, <c>{k=v}</c>.</summary>
    public override string ToString()
    {
        if (IsMap)
            return "{" + string.Join(", ", Keys.Zip(Values, static (key, value) => $"{key}={value}")) + "}";
        return Count == 1 ? Keys[0].ToString() : "[" + string.Join(", ", Keys) + "]";
    }

    /// <summary>
    /// Applies the difference that an update2 carries for a set or map (ovsdb-server(7) §4.1.14): for a set the
    /// symmetric difference; for a map the pairs to set, where a pair that is there already is removed.
    /// </summary>
    internal Datum Apply(Datum difference)
    {
        var isMap = IsMap || difference.IsMap;
        var keys = ImmutableArray.CreateBuilder<Atom>(Count + difference.Count);
        var values = ImmutableArray.CreateBuilder<Atom>(isMap ? Count + difference.Count : 0);
        for (int mine = 0, theirs = 0; mine < Count || theirs < difference.Count;)
        {
            var order = mine == Count ? 1
                : theirs == difference.Count ? -1
                : Keys[mine].CompareTo(difference.Keys[theirs]);
            var source = order < 0 ? this : difference;
            var at = order < 0 ? mine : theirs;
            var removed = order == 0 && (!isMap || Values[mine] == difference.Values[theirs]);
            if (!removed)
            {
                keys.Add(source.Keys[at]);
                if (isMap)
                    values.Add(source.Values[at]);
            }
            if (order <= 0)
                mine++;
            if (order >= 0)
                theirs++;
        }
        if (keys.Count == 0)
            return isMap ? EmptyMap : Empty;
        return new(keys.DrainToImmutable(), values.DrainToImmutable(), isMap);
    }

    int Find(Atom atom) => Keys.AsSpan().BinarySearch(atom);
}
