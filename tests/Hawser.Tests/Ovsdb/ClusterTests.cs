using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

/// <summary>A real cluster of ovsdb-servers.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task A_replica_finds_the_new_leader_when_the_old_one_dies()
    {
        await using var first = await OvsdbServer.CreateClusterAsync(Zoo.SchemaFile, "ptcp:0:127.0.0.1");
        await using var second = await OvsdbServer.JoinClusterAsync("Zoo", first, "ptcp:0:127.0.0.1");
        await using var third = await OvsdbServer.JoinClusterAsync("Zoo", first, "ptcp:0:127.0.0.1");
        await using var running = await RunningReplica.StartAsync(
            Zoo.Follow(first.Tcp) with { Endpoints = [third.Tcp, second.Tcp, first.Tcp] });
        await InsertAsync(running, "ant");

        await first.KillAsync();
        await running.Changes.NextAsync(change => !change.IsLive, Within.Seconds(20));
        await running.Replica.WhenLiveAsync(Within.Seconds(30));

        await InsertAsync(running, "bee");
        running.Replica.Current!["Animal"].Rows.Select(row => row.Get(Zoo.Name)).Order().ShouldBe(["ant", "bee"]);
    }

    [Fact]
    public async Task A_leader_that_steps_down_is_left()
    {
        await using var first = await OvsdbServer.CreateClusterAsync(Zoo.SchemaFile);
        await using var second = await OvsdbServer.JoinClusterAsync("Zoo", first);
        await using var running = await RunningReplica.StartAsync(
            Zoo.Follow(first.Unix) with { Endpoints = [first.Unix, second.Unix] });

        await first.ControlAsync("cluster/leave", "Zoo");

        var lost = await running.Changes.NextAsync(change => !change.IsLive, Within.Seconds(20));
        lost.Error.ShouldNotBeNull();
        await running.Replica.WhenLiveAsync(Within.Seconds(30));
        await InsertAsync(running, "ant");
    }

    [Fact]
    public async Task A_follower_will_do_only_when_asked_for()
    {
        await using var first = await OvsdbServer.CreateClusterAsync(Zoo.SchemaFile);
        await using var second = await OvsdbServer.JoinClusterAsync("Zoo", first);

        await using var strict = new RunningReplica(Zoo.Follow(second.Unix));
        (await strict.Changes.NextAsync(Within.Seconds(10))).Error.ShouldNotBeNull().ShouldContain("not the leader");

        await using var lenient = await RunningReplica.StartAsync(Zoo.Follow(second.Unix) with { LeaderOnly = false });
        await InsertAsync(lenient, "ant");
        lenient.Replica.Current!["Animal"].Count.ShouldBe(1, "a follower too shows a write when it has answered it");
    }

    [Fact]
    public async Task A_short_absence_costs_only_what_changed_meanwhile()
    {
        await using var server = await OvsdbServer.CreateClusterAsync(Zoo.SchemaFile);
        await using var proxy = new CuttingProxy(server.Unix);
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(proxy.Endpoint));
        await InsertAsync(running, "ant");
        await InsertAsync(running, "bee");
        proxy.CutBeforeReply("\"cat\"");

        await Should.ThrowAsync<OvsdbConnectionException>(() => InsertAsync(running, "cat"));

        await running.Changes.NextAsync(change => !change.IsLive, Within.Seconds(10));
        var again = await running.Changes.NextAsync(change => change.IsLive, Within.Seconds(10));
        again.IsReset.ShouldBeFalse();
        again.Rows.ShouldHaveSingleItem().New!.Get(Zoo.Name).ShouldBe("cat");
        again.Snapshot!["Animal"].Count.ShouldBe(3);
    }

    static Task<TransactionReply> InsertAsync(RunningReplica running, string name)
    {
        var transaction = Zoo.Change();
        transaction.Insert("Animal", Zoo.Animal(name));
        return running.Replica.TransactAsync(transaction, Within.Seconds(20));
    }
}
