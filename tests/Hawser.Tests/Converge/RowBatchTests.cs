using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Converge;

/// <summary>One transaction for many units, against schemas that lack what some of them need.</summary>
public sealed class RowBatchTests
{
    static readonly UnitId First = UnitId.Bridge("br1"), Second = UnitId.Bridge("br2");

    static readonly string Schema = File.ReadAllText(OvsdbServer.VswitchSchema);

    static RowPlacement Bridge(UnitId unit) => new(RowKey.Only(Vswitch.OpenVSwitch), "bridges", new RowSpec(RowKey.Named(Vswitch.Bridge, unit.Name)));

    static RowPlacement Bridge(UnitId unit, string column, Datum value) => Bridge(unit) with { Row = Bridge(unit).Row.With(column, value) };

    static Snapshot With(string schema) => Snapshot.Empty(DatabaseSchema.Parse(schema)).Put(Vswitch.OpenVSwitch, Guid.NewGuid(), []);

    static RowBatch Both(Snapshot snapshot, RowPlacement first)
    {
        var batch = new RowBatch(snapshot, Vswitch.Tables, new Transaction(Vswitch.Database));
        batch.Ensure(First, [first, Bridge(First)]);
        batch.Ensure(Second, [Bridge(Second)]);
        return batch;
    }

    [Fact]
    public void A_column_that_the_version_lacks_is_the_failure_of_the_unit_that_fills_it_alone()
    {
        var batch = Both(With(Schema.Replace("\"fail_mode\"", "\"mode_of_failure\"", StringComparison.Ordinal)), Bridge(First, "fail_mode", Datum.Of("secure")));

        batch.Refused[First].ShouldStartWith("table Bridge of database Open_vSwitch has no column fail_mode in its version ");
        batch.Differences.ShouldBe(["Bridge br2 is missing"]);
    }

    [Fact]
    public void Where_a_column_is_lacking_nothing_need_be_put_into_it()
    {
        var batch = Both(With(Schema.Replace("\"fail_mode\"", "\"mode_of_failure\"", StringComparison.Ordinal)), Bridge(First, "fail_mode", Datum.Empty));

        batch.Refused.ShouldBeEmpty();
        batch.Differences.ShouldBe(["Bridge br1 is missing", "Bridge br2 is missing"]);
    }

    [Fact]
    public void A_table_that_the_version_lacks_is_the_failure_of_the_unit_that_has_rows_there()
    {
        var batch = Both(With(Schema), RowPlacement.Root(new RowSpec(RowKey.Named("Meadow", "green"))));

        batch.Refused[First].ShouldStartWith("database Open_vSwitch has no table Meadow in its version ");
        batch.Differences.ShouldBe(["Bridge br2 is missing"]);
    }

    [Fact]
    public async Task A_server_that_lacks_columns_and_tables_is_followed_all_the_same()
    {
        var file = Path.GetTempFileName();
        // As in a version that has these under no name.
        await File.WriteAllTextAsync(file, Schema
            .Replace("\"fail_mode\"", "\"mode_of_failure\"", StringComparison.Ordinal)
            .Replace("\"QoS\"", "\"Quality\"", StringComparison.Ordinal)
            .Replace("\"Queue\"", "\"Row\"", StringComparison.Ordinal));
        await using var server = await OvsdbServer.StartAsync(file);
        File.Delete(file);
        await using var running = await RunningReplica.StartAsync(new() { Database = Vswitch.Database, Endpoints = [server.Unix], Tables = Vswitch.Monitors });

        var batch = Both(running.Replica.Current!, Bridge(First, "fail_mode", Datum.Of("secure")));

        batch.Refused[First].ShouldStartWith("table Bridge of database Open_vSwitch has no column fail_mode in its version ");
        batch.Waiting.Keys.ShouldBe([Second], "it waits for the row of table Open_vSwitch, which no set-up has made, and for nothing else");
        RowBatch.MarkedRows(running.Replica.Current!, Vswitch.Tables).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_column_that_nobody_follows_is_found_when_it_is_planned_and_not_at_the_next_look()
    {
        await using var server = await OvsdbServer.StartAsync(OvsdbServer.VswitchSchema);
        await using var running = await RunningReplica.StartAsync(new OvsdbReplicaOptions { Database = Vswitch.Database, Endpoints = [server.Unix], Tables = Vswitch.Monitors });

        var batch = Both(running.Replica.Current!, Bridge(First, "stp_enable", Datum.Of(true)));

        batch.Refused[First].ShouldBe("column stp_enable of table Bridge of database Open_vSwitch is not monitored");
    }
}
