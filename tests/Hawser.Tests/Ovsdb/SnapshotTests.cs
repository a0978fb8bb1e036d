using Hawser.Ovsdb;

namespace Hawser.Tests.Ovsdb;

public sealed class SnapshotTests
{
    static readonly Guid Ant = Guid.NewGuid();

    [Fact]
    public void A_snapshot_can_be_made_without_a_server()
    {
        var empty = Snapshot.Empty(Zoo.Parsed);
        var one = empty.Put("Animal", Ant, Zoo.Animal("ant", 6));
        var renamed = one.Put("Animal", Ant, Zoo.Animal("bee", 6));
        var none = renamed.Remove("Animal", Ant);

        empty["Animal"].Count.ShouldBe(0);
        one["Animal"].Find("name", "ant")!.Get(Zoo.Legs).ShouldBe(6);
        renamed["Animal"].Find("name", "ant").ShouldBeNull();
        renamed["Animal"].Find("name", "bee")!.Uuid.ShouldBe(Ant);
        none["Animal"].Find(Ant).ShouldBeNull();
        none["Animal"].Find("name", "bee").ShouldBeNull();
        none.Remove("Animal", Ant).ShouldBeSameAs(none);
    }

    [Fact]
    public void What_does_not_exist_is_named()
    {
        var snapshot = Snapshot.Empty(Zoo.Parsed);
        Should.Throw<KeyNotFoundException>(() => snapshot["Plant"]).Message.ShouldContain("Plant");
        Should.Throw<KeyNotFoundException>(() => snapshot.Put("Animal", Ant, [new("wings", Datum.Of(2L))])).Message.ShouldContain("wings");
    }
}
