using System.Diagnostics;
using System.Text.Json;
using Hawser.Ovsdb;
using Hawser.Tests.Servers;
using Xunit.Abstractions;

namespace Hawser.Tests.Ovsdb;

/// <summary>Ten thousand rows. The limits are far above what was measured: they catch a quadratic mistake, no busy machine.</summary>
public sealed class ScaleTests(ITestOutputHelper output)
{
    const int Rows = 10_000;

    [Fact]
    public async Task Ten_thousand_rows_are_loaded_changed_and_held()
    {
        await using var server = await Zoo.ServeAsync();
        await FillAsync(server);
        var held = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(server.Unix));
        Report("load", Stopwatch.GetElapsedTime(started));
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - held;
        output.WriteLine($"memory: {bytes / Rows} bytes per row");
        running.Replica.Current!["Animal"].Count.ShouldBe(Rows);
        bytes.ShouldBeLessThan(Rows * 5_000L);

        const int Times = 500;
        started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Times; i++)
            await running.Replica.TransactAsync(TenOperations(i), Within.Seconds(10));
        var each = Stopwatch.GetElapsedTime(started) / Times;
        Report("ten operations, round trip", each);
        each.ShouldBeLessThan(TimeSpan.FromMilliseconds(20));

        started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Times).Select(i => running.Replica.TransactAsync(TenOperations(i), Within.Seconds(20))));
        Report("ten operations, 500 at once, each", Stopwatch.GetElapsedTime(started) / Times);
    }

    [Fact]
    public void Our_side_of_a_transaction_costs_microseconds()
    {
        var snapshot = Snapshot.Empty(Zoo.Parsed);
        for (var i = 0; i < Rows; i++)
            snapshot = snapshot.Put("Animal", Id(i), Zoo.Animal($"animal{i}"));
        const int Times = 2_000;
        var updates = Enumerable.Range(0, Times)
            .Select(i => JsonElement.Parse($$$"""{"Animal":{"{{{Id(i)}}}":{"modify":{"legs":{{{i}}} } } } }"""))
            .ToArray();
        var started = Stopwatch.GetTimestamp();
        foreach (var update in updates)
            (snapshot, _) = TableUpdates.Apply2(snapshot, update);
        var each = Stopwatch.GetElapsedTime(started) / Times;
        Report("one row changed among ten thousand", each);
        each.ShouldBeLessThan(TimeSpan.FromMilliseconds(1));

        started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Times; i++)
            _ = MessageWriter.Request(i, "transact", writer => TenOperations(i).Write(writer, Zoo.Parsed));
        Report("ten operations written", Stopwatch.GetElapsedTime(started) / Times);
    }

    static async Task FillAsync(OvsdbServer server)
    {
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(server.Unix, new TableMonitor("Toy")));
        var transaction = Zoo.Change();
        for (var i = 0; i < Rows; i++)
        {
            var animal = new Dictionary<string, Datum>(Zoo.Animal($"animal{i}"))
            {
                ["marks"] = Datum.StringMap([new("owner", "us"), new("unit", $"unit{i}"), new("instance", "0123456789abcdef")]),
                ["names"] = Datum.Set([$"first{i}", $"second{i}"]),
            };
            transaction.Insert("Animal", animal, uuid: Id(i));
        }
        await running.Replica.TransactAsync(transaction, Within.Seconds(60));
    }

    // By identity: ovsdb-server looks at every row of a table for any other condition.
    static Transaction TenOperations(int i)
    {
        var transaction = Zoo.Change();
        for (var k = 0; k < 10; k++)
            transaction.Update("Animal", Condition.Row(Id(i * 10 % Rows + k)), [new("legs", Datum.Of((long)Random.Shared.Next(1000)))]);
        return transaction;
    }

    static Guid Id(int i) => new(i + 1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);

    void Report(string what, TimeSpan time) => output.WriteLine($"{what}: {time.TotalMilliseconds:0.000} ms");
}
