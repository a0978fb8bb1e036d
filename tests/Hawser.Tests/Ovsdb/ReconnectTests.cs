using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

/// <summary>What a replica makes of connections that end.</summary>
public sealed class ReconnectTests
{
    [Fact]
    public async Task A_cut_after_the_commit_leaves_the_outcome_unknown_and_the_row_there()
    {
        await using var server = await Zoo.ServeAsync();
        await using var proxy = new CuttingProxy(server.Unix);
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(proxy.Endpoint));
        proxy.CutBeforeReply("\"transact\"");

        (await LostAsync(running, "ant")).OutcomeUnknown.ShouldBeTrue();

        var snapshot = await running.Replica.WhenAsync(s => s["Animal"].Count == 1, Within.Seconds(10));
        snapshot["Animal"].Find("name", "ant").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_cut_before_the_commit_leaves_the_outcome_unknown_and_no_row()
    {
        await using var server = await Zoo.ServeAsync();
        await using var proxy = new CuttingProxy(server.Unix);
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(proxy.Endpoint));
        proxy.CutBeforeRequest("\"transact\"");

        (await LostAsync(running, "ant")).OutcomeUnknown.ShouldBeTrue();

        await running.Changes.NextAsync(change => !change.IsLive, Within.Seconds(10));
        (await running.Replica.WhenLiveAsync(Within.Seconds(10)))["Animal"].Count.ShouldBe(0);
    }

    [Fact]
    public async Task All_transactions_on_their_way_fail_with_the_connection()
    {
        await using var server = await Zoo.ServeAsync();
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(server.Unix));
        var parked = Enumerable.Range(0, 5).Select(_ => running.Replica.TransactAsync(Parked(), Within.Seconds(10))).ToArray();
        await running.Replica.TransactAsync(Insert("bee"), Within.Seconds(10));

        await server.KillAsync();

        foreach (var transaction in parked)
            (await Should.ThrowAsync<OvsdbConnectionException>(() => transaction)).OutcomeUnknown.ShouldBeTrue();
    }

    [Fact]
    public async Task A_transaction_without_an_answer_ends_the_connection_and_the_next_one_serves()
    {
        await using var server = await Zoo.ServeAsync();
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(server.Unix) with { TransactionTimeout = TimeSpan.FromSeconds(0.5) });

        var lost = await Should.ThrowAsync<OvsdbConnectionException>(() => running.Replica.TransactAsync(Parked(), Within.Seconds(10)));

        lost.OutcomeUnknown.ShouldBeTrue();
        (await running.Changes.NextAsync(change => !change.IsLive, Within.Seconds(10))).Error.ShouldNotBeNull().ShouldContain("no answer to a transaction within 0.5 s");
        await running.Replica.WhenLiveAsync(Within.Seconds(10));
        await running.Replica.TransactAsync(Insert("bee"), Within.Seconds(10));
    }

    [Fact]
    public async Task A_replica_outlives_its_server_and_replaces_its_contents()
    {
        await using var server = await Zoo.ServeAsync();
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(server.Unix));
        await running.Replica.TransactAsync(Insert("ant"), Within.Seconds(10));
        await server.KillAsync();

        var lost = await running.Changes.NextAsync(change => !change.IsLive, Within.Seconds(10));
        lost.Error.ShouldNotBeNull();
        lost.Snapshot!["Animal"].Count.ShouldBe(1, "the last contents known stay readable");
        running.Replica.IsLive.ShouldBeFalse();
        (await LostAsync(running, "bee")).OutcomeUnknown.ShouldBeFalse("it was never sent");

        await server.StartAsync();
        var again = await running.Changes.NextAsync(change => change.IsLive, Within.Seconds(10));
        again.IsReset.ShouldBeTrue();
        again.Snapshot!["Animal"].Find("name", "ant").ShouldNotBeNull();
        again.Snapshot.Version.ShouldBeGreaterThan(lost.Snapshot.Version);
        running.Replica.LastError.ShouldBeNull();
    }

    [Fact]
    public async Task A_replica_waits_for_a_server_that_is_not_there_yet()
    {
        await using var server = await Zoo.ServeAsync();
        await server.KillAsync();
        await using var running = new RunningReplica(Zoo.Follow(server.Unix));
        (await running.Changes.NextAsync(Within.Seconds(10))).Error.ShouldNotBeNull().ShouldContain(server.SocketPath);
        running.Replica.Current.ShouldBeNull();
        await server.StartAsync();
        await running.Replica.WhenLiveAsync(Within.Seconds(10));
    }

    [Fact]
    public async Task A_replica_tries_one_server_after_the_other()
    {
        await using var server = await Zoo.ServeAsync();
        await using var running = await RunningReplica.StartAsync(
            Zoo.Follow(server.Unix) with { Endpoints = [OvsdbEndpoint.Parse("unix:/nowhere/db.sock"), server.Unix] });
        running.Replica.IsLive.ShouldBeTrue();
    }

    [Fact]
    public async Task A_database_that_is_removed_is_noticed_and_found_again()
    {
        await using var server = await Zoo.ServeAsync();
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(server.Unix));
        await server.ControlAsync("ovsdb-server/remove-db", "Zoo");
        var lost = await running.Changes.NextAsync(change => !change.IsLive, Within.Seconds(10));
        lost.Error.ShouldNotBeNull().ShouldContain("database");
        await server.ControlAsync("ovsdb-server/add-db", server.DatabaseFile);
        await running.Replica.WhenLiveAsync(Within.Seconds(10));
    }

    [Fact]
    public async Task A_database_that_is_converted_is_read_anew()
    {
        await using var server = await Zoo.ServeAsync();
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(server.Unix));
        await running.Replica.TransactAsync(Insert("ant"), Within.Seconds(10));
        var newer = Path.Combine(server.Folder, "newer.ovsschema");
        await File.WriteAllTextAsync(newer, Zoo.Schema.Replace("\"label\"", "\"title\"", StringComparison.Ordinal));

        await Processes.RunAsync("ovsdb-client", "convert", server.Unix.ToString(), newer);

        var again = await running.Changes.NextAsync(change => change is { IsLive: true, IsReset: true }, Within.Seconds(10));
        again.Snapshot!.Schema.Has("Toy", "title").ShouldBeTrue();
        again.Snapshot["Animal"].Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_callback_that_always_throws_stops_no_replica()
    {
        await using var server = await Zoo.ServeAsync();
        var calls = new SemaphoreSlim(0);
        var replica = new OvsdbReplica(Zoo.Follow(server.Unix) with { MaxBackoff = TimeSpan.FromMilliseconds(1) })
        {
            Changed = _ =>
            {
                calls.Release();
                throw new InvalidOperationException("the callback's own");
            },
        };
        using var stop = new CancellationTokenSource();
        var run = replica.RunAsync(stop.Token);
        for (var i = 0; i < 10; i++)
            await calls.WaitAsync(Within.Seconds(10));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => run);
        replica.LastError.ShouldNotBeNull().ShouldContain("the callback's own");
    }

    static Transaction Insert(string name)
    {
        var transaction = Zoo.Change();
        transaction.Insert("Animal", Zoo.Animal(name));
        return transaction;
    }

    static Transaction Parked()
    {
        var transaction = Zoo.Change();
        transaction.Wait("Animal", [], ["name"], "==", [], Timeout.InfiniteTimeSpan);
        transaction.Wait("Animal", [], ["name"], "!=", [], Timeout.InfiniteTimeSpan);
        return transaction;
    }

    static Task<OvsdbConnectionException> LostAsync(RunningReplica running, string name) =>
        Should.ThrowAsync<OvsdbConnectionException>(() => running.Replica.TransactAsync(Insert(name), Within.Seconds(10)));
}
