using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>Makes typed names of columns.</summary>
public static class Column
{
    /// <summary>A column of exactly one integer.</summary>
    public static Column<long> Integer(string name) => One(name, static atom => atom.AsInteger, static value => value);

    /// <summary>A column of at most one integer.</summary>
    public static Column<long?> OptionalInteger(string name) =>
        Optional<long>(name, static atom => atom.AsInteger, static value => value);

    /// <summary>A column of exactly one real number.</summary>
    public static Column<double> Real(string name) => One(name, static atom => atom.AsReal, static value => value);

    /// <summary>A column of exactly one boolean.</summary>
    public static Column<bool> Boolean(string name) => One(name, static atom => atom.AsBoolean, static value => value);

    /// <summary>A column of at most one boolean.</summary>
    public static Column<bool?> OptionalBoolean(string name) =>
        Optional<bool>(name, static atom => atom.AsBoolean, static value => value);

    /// <summary>A column of exactly one string.</summary>
    public static Column<string> String(string name) => One<string>(name, static atom => atom.AsString, static value => value);

    /// <summary>A column of at most one string.</summary>
    public static Column<string?> OptionalString(string name) => new(
        name,
        static datum => datum.Count == 0 ? null : Single(datum).AsString,
        static value => value is null ? Datum.Empty : Datum.Of(value));

    /// <summary>A column of any number of strings.</summary>
    public static Column<ImmutableArray<string>> Strings(string name) =>
        Many<string>(name, static atom => atom.AsString, static value => value);

    /// <summary>A column of any number of integers.</summary>
    public static Column<ImmutableArray<long>> Integers(string name) =>
        Many<long>(name, static atom => atom.AsInteger, static value => value);

    /// <summary>A column of exactly one row reference.</summary>
    public static Column<Guid> Uuid(string name) => One<Guid>(name, static atom => atom.AsUuid, static value => value);

    /// <summary>A column of at most one row reference.</summary>
    public static Column<Guid?> OptionalUuid(string name) =>
        Optional<Guid>(name, static atom => atom.AsUuid, static value => value);

    /// <summary>A column of any number of row references.</summary>
    public static Column<ImmutableArray<Guid>> Uuids(string name) =>
        Many<Guid>(name, static atom => atom.AsUuid, static value => value);

    /// <summary>A column that maps strings to strings.</summary>
    public static Column<ImmutableSortedDictionary<string, string>> StringMap(string name) => new(
        name,
        static datum => ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal,
            datum.Keys.Zip(datum.Values, static (key, value) => KeyValuePair.Create(key.AsString, value.AsString))),
        Datum.StringMap);

    static Column<T> One<T>(string name, Func<Atom, T> read, Func<T, Atom> write) =>
        new(name, datum => read(Single(datum)), value => Datum.Of(write(value)));

    static Column<T?> Optional<T>(string name, Func<Atom, T> read, Func<T, Atom> write)
        where T : struct =>
        new(
            name,
            datum => datum.Count == 0 ? null : read(Single(datum)),
            value => value is { } some ? Datum.Of(write(some)) : Datum.Empty);

    static Column<ImmutableArray<T>> Many<T>(string name, Func<Atom, T> read, Func<T, Atom> write) => new(
        name,
        datum => ImmutableArray.CreateRange(datum.Keys, read),
        values => Datum.Set(values.Select(write)));

    static Atom Single(Datum datum) => datum is { Count: 1, IsMap: false }
        ? datum.Keys[0]
        : throw new InvalidOperationException("one value was expected.");
}
