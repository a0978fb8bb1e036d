using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Hawser.Ovsdb;

namespace Hawser.Tests.Ovsdb;

public sealed class DatumTests
{
    [Fact]
    public void Order_and_repetition_do_not_matter_in_a_set()
    {
        Datum.Set(["b", "a", "b"]).ShouldBe(Datum.Set(["a", "b"]));
        Datum.Set(["b", "a"]).GetHashCode().ShouldBe(Datum.Set(["a", "b"]).GetHashCode());
    }

    [Fact]
    public void An_empty_set_equals_an_empty_map()
    {
        Datum.Empty.ShouldBe(Datum.EmptyMap);
        Datum.Empty.GetHashCode().ShouldBe(Datum.EmptyMap.GetHashCode());
    }

    [Fact]
    public void A_map_finds_its_values()
    {
        var map = Datum.StringMap([new("k2", "v2"), new("k1", "v1")]);
        map.StringValue("k2").ShouldBe("v2");
        map.StringValue("k3").ShouldBeNull();
        map.Contains("k1").ShouldBeTrue();
        Datum.Set(["k1"]).TryGetValue("k1", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_key_cannot_occur_twice_in_a_map() =>
        Should.Throw<ArgumentException>(() => Datum.StringMap([new("k", "1"), new("k", "2")]));

    [Fact]
    public void An_atom_gives_out_only_what_it_is()
    {
        Should.Throw<InvalidOperationException>(() => ((Atom)"5").AsInteger);
        ((Atom)0.0).ShouldBe((Atom)(-0.0));
        ((Atom)0.0).GetHashCode().ShouldBe(((Atom)(-0.0)).GetHashCode());
        ((Atom)1L).ShouldNotBe((Atom)true);
    }

    [Fact]
    public void A_uuid_survives_in_an_atom() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<Guid>(), uuid => ((Atom)uuid).AsUuid == uuid));

    [Fact]
    public void The_difference_of_two_sets_turns_one_into_the_other() => Check.QuickThrowOnFailure(Prop.ForAll(
        Values.SmallSets.ToArbitrary(),
        Values.SmallSets.ToArbitrary(),
        (before, after) => before.Apply(Datum.Set(before.Keys.Except(after.Keys).Concat(after.Keys.Except(before.Keys)))).Equals(after)));

    [Fact]
    public void The_difference_of_two_maps_turns_one_into_the_other() => Check.QuickThrowOnFailure(Prop.ForAll(
        Values.SmallMaps.ToArbitrary(),
        Values.SmallMaps.ToArbitrary(),
        (before, after) => before.Apply(Difference(before, after)).Equals(after)));

    [Fact]
    public void Columns_read_what_they_wrote()
    {
        RoundTrip(Column.Integer("c"), 5);
        RoundTrip(Column.OptionalInteger("c"), null);
        RoundTrip(Column.Real("c"), 0.5);
        RoundTrip(Column.OptionalBoolean("c"), true);
        RoundTrip(Column.OptionalString("c"), null);
        RoundTrip(Column.OptionalUuid("c"), Guid.NewGuid());
        Column.Strings("c").Read(Datum.Set(["b", "a"])).ShouldBe(["a", "b"]);
        Column.StringMap("c").Read(Datum.StringMap([new("k", "v")])).ShouldBe([new("k", "v")]);
        Column.Uuids("c").Write(ImmutableArray<Guid>.Empty).ShouldBe(Datum.Empty);
    }

    [Fact]
    public void A_column_says_what_it_cannot_read() =>
        Should.Throw<InvalidOperationException>(() => Zoo.Legs.Read(Datum.Of("four"))).Message.ShouldContain("legs");

    static void RoundTrip<T>(Column<T> column, T value) => column.Read(column.Write(value)).ShouldBe(value);

    // ovsdb-server(7) §4.1.14: removed pairs as they were, changed and added pairs as they are.
    static Datum Difference(Datum before, Datum after) => Datum.Map(
        before.Keys.Where(key => !after.Contains(key)).Select(key => Pair(before, key))
            .Concat(after.Keys.Where(key => !before.TryGetValue(key, out var old) || old != Pair(after, key).Value)
                .Select(key => Pair(after, key))));

    static KeyValuePair<Atom, Atom> Pair(Datum map, Atom key) =>
        map.TryGetValue(key, out var value) ? new(key, value) : throw new KeyNotFoundException();
}
