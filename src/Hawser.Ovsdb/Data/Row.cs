using System.Diagnostics.CodeAnalysis;

namespace Hawser.Ovsdb;

/// <summary>One row as it was at one moment. Immutable.</summary>
public sealed class Row
{
    readonly RowLayout _layout;
    readonly Datum[] _values;

    internal Row(RowLayout layout, Guid uuid, Datum[] values) => (_layout, Uuid, _values) = (layout, uuid, values);

    /// <summary>The table that the row belongs to.</summary>
    public string Table => _layout.Table;

    /// <summary>The row's identity.</summary>
    public Guid Uuid { get; }

    /// <summary>The columns that the row has: those that are monitored, or were selected.</summary>
    public IEnumerable<string> Columns => _layout.Columns.Select(static column => column.Name);

    internal ReadOnlySpan<Datum> Values => _values;

    /// <summary>What a column holds.</summary>
    /// <exception cref="KeyNotFoundException">The column is not monitored, or the schema lacks it.</exception>
    public Datum this[string column] => TryGet(column, out var value)
        ? value
        : throw new KeyNotFoundException($"Column {column} of table {Table} is not monitored, or does not exist.");

    /// <summary>What a column holds, as its .NET type.</summary>
    /// <exception cref="KeyNotFoundException">The column is not monitored, or the schema lacks it.</exception>
    public T Get<T>(Column<T> column) => column.Read(this[column.Name]);

    /// <summary>What a column holds, if the column is there.</summary>
    public bool TryGet(string column, [NotNullWhen(true)] out Datum? value)
    {
        var position = _layout.Find(column);
        value = position >= 0 ? _values[position] : null;
        return position >= 0;
    }

    /// <summary>What a column holds as its .NET type, if the column is there.</summary>
    public bool TryGet<T>(Column<T> column, [MaybeNullWhen(false)] out T value)
    {
        var found = TryGet(column.Name, out var datum);
        value = found ? column.Read(datum!) : default;
        return found;
    }

    /// <summary>The table and the identity.</summary>
    public override string ToString() => $"{Table} {Uuid}";
}
