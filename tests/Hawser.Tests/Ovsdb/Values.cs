using FsCheck;
using FsCheck.Fluent;
using Hawser.Ovsdb;

namespace Hawser.Tests.Ovsdb;

/// <summary>Random values for properties.</summary>
static class Values
{
    static readonly Gen<string> Text = Gen.Elements("", "a", "\"", "\\", "\n", "\0", "é", "漢", "😀", "[", "}", "</")
        .ArrayOf()
        .Select(string.Concat);

    public static Gen<Atom> Atoms(AtomKind kind) => kind switch
    {
        AtomKind.Integer => ArbMap.Default.GeneratorFor<long>().Or(Gen.Elements(long.MinValue, long.MaxValue)).Select(x => (Atom)x),
        AtomKind.Real => ArbMap.Default.GeneratorFor<NormalFloat>().Select(x => (Atom)x.Get),
        AtomKind.Boolean => Gen.Elements<Atom>(true, false),
        AtomKind.String => Text.Select(x => (Atom)x),
        AtomKind.Uuid => ArbMap.Default.GeneratorFor<Guid>().Select(x => (Atom)x),
        _ => Text.Select(x => Atom.Named("row" + x)),
    };

    /// <summary>Small numbers, so that two sets often have elements in common.</summary>
    public static Gen<Datum> SmallSets { get; } = Gen.Choose(0, 9).ArrayOf().Select(x => Datum.Set(x.Select(i => (Atom)(long)i)));

    public static Gen<Datum> SmallMaps { get; } =
        from keys in Gen.Choose(0, 9).ArrayOf()
        from offset in Gen.Choose(0, 1)
        select Datum.Map(keys.Distinct().Select((key, i) => KeyValuePair.Create<Atom, Atom>((long)key, (long)((i + offset) % 2))));

    public static Gen<Datum> Sets(AtomKind kind) => Atoms(kind).ArrayOf().Select(x => Datum.Set(x));

    public static Gen<Datum> Maps(AtomKind key, AtomKind value) =>
        from keys in Atoms(key).ArrayOf()
        from values in Atoms(value).ArrayOf(keys.Length)
        select Datum.Map(keys.Zip(values, KeyValuePair.Create).DistinctBy(pair => pair.Key));

    static Gen<T> Or<T>(this Gen<T> first, Gen<T> second) => Gen.OneOf(first, second);
}
