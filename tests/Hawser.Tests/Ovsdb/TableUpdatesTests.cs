using System.Text.Json;
using Hawser.Ovsdb;

namespace Hawser.Tests.Ovsdb;

public sealed class TableUpdatesTests
{
    static readonly Guid Ant = new("a0000000-0000-0000-0000-000000000001");
    static readonly Guid Bee = new("b0000000-0000-0000-0000-000000000002");

    [Fact]
    public void Plain_updates_insert_modify_and_delete()
    {
        var (inserted, changes) = TableUpdates.Apply(Snapshot.Empty(Zoo.Parsed), Animals((Ant, """{"new":{"name":"ant","legs":6,"names":["set",["a","b"]]}}""")));
        changes.ShouldHaveSingleItem().Kind.ShouldBe(RowChangeKind.Inserted);
        inserted["Animal"].Find(Ant)!.Get(Zoo.Names).ShouldBe(["a", "b"]);

        (var modified, changes) = TableUpdates.Apply(inserted, Animals((Ant, """{"old":{"legs":6},"new":{"name":"ant","legs":5,"names":"a"}}""")));
        changes.ShouldHaveSingleItem().Kind.ShouldBe(RowChangeKind.Modified);
        changes[0].Old!.Get(Zoo.Legs).ShouldBe(6);
        changes[0].New!.Get(Zoo.Legs).ShouldBe(5);
        inserted["Animal"].Find(Ant)!.Get(Zoo.Legs).ShouldBe(6, "a snapshot never changes");

        (var deleted, changes) = TableUpdates.Apply(modified, Animals((Ant, """{"old":{"name":"ant","legs":5}}""")));
        changes.ShouldHaveSingleItem().Kind.ShouldBe(RowChangeKind.Deleted);
        deleted["Animal"].Count.ShouldBe(0);
        deleted["Animal"].Find("name", "ant").ShouldBeNull();
    }

    [Fact]
    public void Columns_left_out_of_an_insert_have_defaults()
    {
        var row = Insert("""{"name":"ant"}""")["Animal"].Find(Ant)!;
        row.Get(Zoo.Legs).ShouldBe(0);
        row.Get(Zoo.Tame).ShouldBeFalse();
        row.Get(Zoo.Cage).ShouldBeNull();
        row.Get(Zoo.Twin).ShouldBeNull();
        row.Get(Zoo.Marks).ShouldBeEmpty();
    }

    [Fact]
    public void A_set_is_changed_by_its_symmetric_difference() =>
        Modify("""{"names":["set",["a","b","c"]]}""", """{"names":["set",["a","d"]]}""")
            .Get(Zoo.Names).ShouldBe(["b", "c", "d"]);

    [Fact]
    public void A_difference_of_one_is_a_bare_atom() =>
        Modify("""{"names":["set",["a","b"]]}""", """{"names":"b"}""").Get(Zoo.Names).ShouldBe(["a"]);

    [Fact]
    public void A_map_is_changed_key_by_key() =>
        Modify(
            """{"marks":["map",[["gone","1"],["kept","2"],["new value","3"]]]}""",
            """{"marks":["map",[["gone","1"],["new value","4"],["new key","5"]]]}""")
            .Get(Zoo.Marks).ShouldBe([new("kept", "2"), new("new key", "5"), new("new value", "4")]);

    [Fact]
    public void Columns_of_at_most_one_element_are_replaced()
    {
        Modify("""{"cage":3}""", """{"cage":4}""").Get(Zoo.Cage).ShouldBe(4);
        Modify("""{"cage":3}""", """{"cage":["set",[]]}""").Get(Zoo.Cage).ShouldBeNull();
        Modify("""{"motto":["map",[["a","b"]]]}""", """{"motto":["map",[["c","d"]]]}""")["motto"].ToString().ShouldBe("{c=d}");
    }

    [Fact]
    public void Two_rows_can_swap_their_names_in_one_update()
    {
        var (before, _) = TableUpdates.Apply2(Insert("""{"name":"x"}"""), Animals((Bee, """{"insert":{"name":"y"}}""")));
        var (after, _) = TableUpdates.Apply2(before, Animals((Ant, """{"modify":{"name":"y"}}"""), (Bee, """{"modify":{"name":"x"}}""")));
        after["Animal"].Find("name", "y")!.Uuid.ShouldBe(Ant);
        after["Animal"].Find("name", "x")!.Uuid.ShouldBe(Bee);
    }

    [Fact]
    public void A_column_that_is_not_unique_is_found_by_looking_at_all() =>
        Insert("""{"name":"ant","legs":6}""")["Animal"].Find("legs", 6L)!.Uuid.ShouldBe(Ant);

    [Theory]
    [InlineData("""{"Plant":{}}""")]
    [InlineData("""{"Animal":{"no uuid":{"delete":null}}}""")]
    [InlineData("""{"Animal":{"a0000000-0000-0000-0000-00000000000f":{"modify":{"legs":1}}}}""")]
    [InlineData("""{"Animal":{"a0000000-0000-0000-0000-00000000000f":{"insert":{"wings":1}}}}""")]
    [InlineData("""{"Animal":{"a0000000-0000-0000-0000-00000000000f":{"grow":{}}}}""")]
    [InlineData("""{"Animal":[]}""")]
    public void What_does_not_fit_the_snapshot_is_refused(string json) =>
        Should.Throw<OvsdbProtocolException>(() => TableUpdates.Apply2(Insert("""{"name":"ant"}"""), Json(json)));

    static Snapshot Insert(string columns) => TableUpdates.Apply2(
        Snapshot.Empty(Zoo.Parsed), Animals((Ant, $"{{\"insert\":{columns}}}"))).Snapshot;

    static Row Modify(string before, string difference) => TableUpdates.Apply2(
        Insert(before), Animals((Ant, $"{{\"modify\":{difference}}}"))).Snapshot["Animal"].Find(Ant)!;

    static JsonElement Animals(params IEnumerable<(Guid Row, string Update)> rows) =>
        Json("{\"Animal\":{" + string.Join(',', rows.Select(row => $"\"{row.Row}\":{row.Update}")) + "}}");

    static JsonElement Json(string text) => JsonElement.Parse(text);
}
