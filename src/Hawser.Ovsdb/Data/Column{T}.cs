namespace Hawser.Ovsdb;

/// <summary>A column's name together with the .NET type of what it holds; made by <see cref="Column"/>.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class Column<T>
{
    readonly Func<Datum, T> _read;
    readonly Func<T, Datum> _write;

    internal Column(string name, Func<Datum, T> read, Func<T, Datum> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (Name, _read, _write) = (name, read, write);
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>The value that a datum stands for.</summary>
    /// <exception cref="InvalidOperationException">The datum has another type or number of elements.</exception>
    public T Read(Datum datum)
    {
        try
        {
            return _read(datum);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"Column {Name} holds {datum}: {e.Message}", e);
        }
    }

    /// <summary>The datum that stands for a value.</summary>
    public Datum Write(T value) => _write(value);

    /// <summary>The column's name.</summary>
    public override string ToString() => Name;
}
