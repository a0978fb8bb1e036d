using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

public sealed class DatabaseSchemaTests
{
    [Fact]
    public void Every_kind_of_column_is_read()
    {
        var animal = Zoo.Parsed.Tables["Animal"];
        Zoo.Parsed.Version.ShouldBe(new Version(1, 2, 3));
        animal.IsRoot.ShouldBeTrue();
        animal.Indexes.ShouldHaveSingleItem().ShouldBe(["name"]);
        animal.Columns["name"].Mutable.ShouldBeFalse();
        animal.Columns["seen"].Ephemeral.ShouldBeTrue();
        animal.Columns["twin"].Key.ShouldBe(new BaseType(AtomKind.Uuid, "Animal", IsWeak: true));
        animal.Columns["toys"].RefTable.ShouldBe("Toy");
        animal.Columns["counts"].IsMap.ShouldBeTrue();
        animal.Columns["counts"].Max.ShouldBe(int.MaxValue);
        animal.Columns["diet"].Key.Enum.ShouldBe(Datum.Set(["", "grass", "meat"]));
        Zoo.Parsed.Tables["Toy"].IsRoot.ShouldBeFalse();
    }

    [Fact]
    public void Features_are_asked_for_by_table_and_column()
    {
        var vswitch = DatabaseSchema.Parse(File.ReadAllText(OvsdbServer.VswitchSchema));
        vswitch.Has("Port").ShouldBeTrue();
        vswitch.Has("Port", "tag").ShouldBeTrue();
        vswitch.Has("Port", "colour").ShouldBeFalse();
        vswitch.Has("Starboard").ShouldBeFalse();
    }

    [Theory]
    [InlineData("5")]
    [InlineData("{")]
    [InlineData("""{"name":"x"}""")]
    [InlineData("""{"name":"x","version":"1.0.0","tables":{"T":{"columns":{"c":{"type":"colour"}}}}}""")]
    public void What_is_no_schema_is_refused(string text) =>
        Should.Throw<OvsdbProtocolException>(() => DatabaseSchema.Parse(text));
}
