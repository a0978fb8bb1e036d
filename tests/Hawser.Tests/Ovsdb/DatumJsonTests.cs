using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Hawser.Ovsdb;

namespace Hawser.Tests.Ovsdb;

public sealed class DatumJsonTests
{
    const int Unlimited = int.MaxValue;

    public static TheoryData<AtomKind> Kinds { get; } = [.. Enum.GetValues<AtomKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sets_survive_a_round_trip(AtomKind kind) => Check.QuickThrowOnFailure(Prop.ForAll(
        Values.Sets(kind).ToArbitrary(),
        datum => Read(Write(datum), new("c", new(kind), null, 0, Unlimited)).Equals(datum)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Maps_survive_a_round_trip(AtomKind kind) => Check.QuickThrowOnFailure(Prop.ForAll(
        Values.Maps(AtomKind.String, kind).ToArbitrary(),
        datum => Read(Write(datum), new("c", new(AtomKind.String), new(kind), 0, Unlimited)).Equals(datum)));

    [Fact]
    public void A_set_of_one_is_its_bare_atom()
    {
        Write(Datum.Of(5L)).ShouldBe("5");
        Write(Datum.Set(["a"])).ShouldBe("\"a\"");
        Write(Datum.Of(Guid.Empty)).ShouldBe("""["uuid","00000000-0000-0000-0000-000000000000"]""");
        Write(Datum.Of(Atom.Named("row1"))).ShouldBe("""["named-uuid","row1"]""");
    }

    [Fact]
    public void Other_sets_and_all_maps_are_tagged()
    {
        Write(Datum.Empty).ShouldBe("""["set",[]]""");
        Write(Datum.EmptyMap).ShouldBe("""["map",[]]""");
        Write(Datum.Set(["b", "a"])).ShouldBe("""["set",["a","b"]]""");
        Write(Datum.StringMap([new("k", "v")])).ShouldBe("""["map",[["k","v"]]]""");
    }

    [Fact]
    public void Both_forms_of_a_set_of_one_are_read()
    {
        var column = new ColumnSchema("c", new(AtomKind.Integer), null, 0, Unlimited);
        Read("5", column).ShouldBe(Datum.Of(5L));
        Read("""["set",[5]]""", column).ShouldBe(Datum.Of(5L));
    }

    [Theory]
    [InlineData("\"five\"")]
    [InlineData("5.5")]
    [InlineData("null")]
    [InlineData("""["map",[]]""")]
    [InlineData("""["uuid","550e8400-e29b-41d4-a716-446655440000"]""")]
    public void What_is_no_integer_is_refused_with_the_column_named(string json) =>
        Should.Throw<OvsdbProtocolException>(() => Read(json, new("legs", new(AtomKind.Integer), null, 1, 1)))
            .Message.ShouldContain("legs");

    [Fact]
    public void A_map_with_a_key_twice_is_refused() => Should.Throw<OvsdbProtocolException>(
        () => Read("""["map",[["k","1"],["k","2"]]]""", new("c", new(AtomKind.String), new(AtomKind.String), 0, Unlimited)));

    static string Write(Datum datum)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        DatumJson.Write(writer, datum);
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    static Datum Read(string json, ColumnSchema column)
    {
        using var document = JsonDocument.Parse(json);
        return DatumJson.Read(document.RootElement, column);
    }
}
