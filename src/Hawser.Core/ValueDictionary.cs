using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Hawser.Core;

/// <summary>An immutable dictionary, sorted by name, that is equal to another if both hold equal entries.</summary>
public sealed class ValueDictionary<T> : IReadOnlyDictionary<string, T>, IEquatable<ValueDictionary<T>>
{
    readonly ImmutableSortedDictionary<string, T> _entries;

    /// <summary>With these entries.</summary>
    public ValueDictionary(IEnumerable<KeyValuePair<string, T>> entries) =>
        _entries = entries.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Without entries.</summary>
    public ValueDictionary() : this([])
    {
    }

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _entries.Keys;

    /// <inheritdoc/>
    public IEnumerable<T> Values => _entries.Values;

    /// <inheritdoc/>
    public T this[string key] => _entries[key];

    /// <summary>With one more entry.</summary>
    public ValueDictionary<T> Add(string key, T value) => new(_entries.Add(key, value));

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _entries.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _entries.TryGetValue(key, out value);

    /// <inheritdoc/>
    public bool Equals(ValueDictionary<T>? other) => other is not null && _entries.SequenceEqual(other._entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueDictionary<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => _entries.Count;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
