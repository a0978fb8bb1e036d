using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

/// <summary>Every form of monitoring, of a real server: what a second client changes, the first one sees.</summary>
public sealed class MonitorTests
{
    [Theory]
    [InlineData((int)MonitorMethod.Plain)]
    [InlineData((int)MonitorMethod.Cond)]
    [InlineData((int)MonitorMethod.CondSince)]
    public async Task A_replica_follows_every_change(int method)
    {
        await using var server = await Zoo.ServeAsync();
        await using var writer = await RunningReplica.StartAsync(Zoo.Follow(server.Unix));
        await TransactAsync(writer, t => t.Insert("Animal", new Dictionary<string, Datum>(Zoo.Animal("ant"))
        {
            ["names"] = Datum.Set(["a", "b"]),
            ["marks"] = Datum.StringMap([new("gone", "1"), new("new", "2")]),
            ["cage"] = Datum.Of(1L),
        }));
        await using var reader = await RunningReplica.StartAsync(
            Zoo.Follow(server.Unix) with { NewestMonitor = (MonitorMethod)method });
        Same(reader, writer);

        await TransactAsync(writer, t =>
        {
            t.Insert("Animal", Zoo.Animal("bee"));
            t.Update("Animal", Condition.Is(Zoo.Name, "ant"), [
                new("names", Datum.Set(["b", "c"])),
                new("marks", Datum.StringMap([new("new", "3")])),
                new("cage", Datum.Empty)]);
        });
        var change = await reader.Changes.NextAsync(change => change.Snapshot!["Animal"].Count == 2, Within.Seconds(10));
        Same(reader, writer);
        change.Rows.Select(row => row.Kind).ShouldBe([RowChangeKind.Inserted, RowChangeKind.Modified], ignoreOrder: true);

        await TransactAsync(writer, t => t.Delete("Animal", Condition.Is(Zoo.Name, "bee")));
        change = await reader.Changes.NextAsync(change => change.Snapshot!["Animal"].Count == 1, Within.Seconds(10));
        change.Rows.ShouldHaveSingleItem().Old!.Get(Zoo.Name).ShouldBe("bee");
    }

    [Theory]
    [InlineData("\"monitor_cond_since\"")]
    [InlineData("\"monitor_cond_since\"", "\"monitor_cond\",\"params\":[\"Zoo\"")]
    public async Task An_older_server_is_asked_in_an_older_way(params string[] unknownToIt)
    {
        await using var server = await Zoo.ServeAsync();
        await using var proxy = new CuttingProxy(server.Unix)
        {
            Rewrites = [.. unknownToIt.Select(text => (text, text.Replace("cond", "none", StringComparison.Ordinal)))],
        };
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(proxy.Endpoint));
        await TransactAsync(running, t => t.Insert("Animal", Zoo.Animal("ant")));
        running.Replica.Current!["Animal"].Count.ShouldBe(1);
    }

    [Fact]
    public async Task Rows_come_and_go_as_they_meet_any_of_the_conditions()
    {
        await using var server = await Zoo.ServeAsync();
        await using var writer = await RunningReplica.StartAsync(Zoo.Follow(server.Unix));
        await using var reader = await RunningReplica.StartAsync(Zoo.Follow(server.Unix, new TableMonitor("Animal")
        {
            Where = [Condition.Includes("marks", "owner", "us"), Condition.Is(Zoo.Tame, true)],
        }));
        await TransactAsync(writer, t =>
        {
            t.Insert("Animal", Zoo.Animal("ant"));
            t.Insert("Animal", new Dictionary<string, Datum>(Zoo.Animal("bee")) { ["marks"] = Datum.StringMap([new("owner", "us")]) });
            t.Insert("Animal", new Dictionary<string, Datum>(Zoo.Animal("cat")) { ["tame"] = Datum.Of(true) });
        });
        var snapshot = await reader.Replica.WhenAsync(s => s["Animal"].Count > 0, Within.Seconds(10));
        snapshot["Animal"].Rows.Select(row => row.Get(Zoo.Name)).Order().ShouldBe(["bee", "cat"]);

        await TransactAsync(writer, t => t.Update("Animal", Condition.Is(Zoo.Name, "cat"), [new("tame", Datum.Of(false))]));
        var change = await reader.Changes.NextAsync(c => c.Snapshot!["Animal"].Count == 1, Within.Seconds(10));
        change.Rows.ShouldHaveSingleItem().Kind.ShouldBe(RowChangeKind.Deleted);
    }

    [Fact]
    public async Task Only_the_columns_asked_for_are_there()
    {
        await using var server = await Zoo.ServeAsync();
        await using var running = await RunningReplica.StartAsync(
            Zoo.Follow(server.Unix, new TableMonitor("Animal", "name") { OptionalColumns = ["legs", "wings"], Required = true }));
        await TransactAsync(running, t => t.Insert("Animal", Zoo.Animal("ant")));
        var row = running.Replica.Current!["Animal"].Rows.ShouldHaveSingleItem();
        row.Columns.Order().ShouldBe(["legs", "name"]);
        row.TryGet(Zoo.Tame, out _).ShouldBeFalse();
        Should.Throw<KeyNotFoundException>(() => row.Get(Zoo.Tame));
        Should.Throw<KeyNotFoundException>(() => running.Replica.Current["Toy"]);
    }

    [Fact]
    public async Task An_optional_table_that_the_server_lacks_is_empty()
    {
        await using var server = await Zoo.ServeAsync();
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(server.Unix, new("Animal"), new("Plant")));
        running.Replica.Current!["Plant"].Count.ShouldBe(0);
        running.Replica.Current["Plant"].Find("name", "oak").ShouldBeNull();
    }

    [Theory]
    [InlineData("Plant", "name", "table Plant")]
    [InlineData("Animal", "wings", "column wings")]
    public async Task A_required_table_or_column_that_the_server_lacks_is_named(string table, string column, string named)
    {
        await using var server = await Zoo.ServeAsync();
        await using var running = new RunningReplica(Zoo.Follow(server.Unix, new TableMonitor(table, column) { Required = true }));
        (await running.Changes.NextAsync(Within.Seconds(10))).Error.ShouldNotBeNull().ShouldContain(named);
        running.Replica.IsLive.ShouldBeFalse();
        running.Replica.LastError.ShouldNotBeNull().ShouldContain(named);
    }

    static Task<TransactionReply> TransactAsync(RunningReplica running, Action<Transaction> add)
    {
        var transaction = Zoo.Change();
        add(transaction);
        return running.Replica.TransactAsync(transaction, Within.Seconds(10));
    }

    static void Same(RunningReplica left, RunningReplica right) =>
        Contents(left).ShouldBe(Contents(right));

    static IEnumerable<string> Contents(RunningReplica running) =>
        running.Replica.Current!["Animal"].Rows
            .Select(row => row.Uuid + string.Join(';', row.Columns.Order().Select(column => $"{column}={row[column]}")))
            .Order();
}
