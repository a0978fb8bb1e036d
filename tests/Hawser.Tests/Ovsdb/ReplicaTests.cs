using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

public sealed class ReplicaTests
{
    [Fact]
    public async Task A_commit_is_visible_when_its_reply_arrives()
    {
        await using var server = await Zoo.ServeAsync();
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(server.Unix));
        var transaction = Zoo.Change();
        var insert = transaction.Insert("Animal", Zoo.Animal("ant", 6));

        var reply = await running.Replica.TransactAsync(transaction, Within.Seconds(10));

        reply.Outcome.ShouldBe(TransactionOutcome.Committed);
        var row = running.Replica.Current!["Animal"].Find(reply[insert].Uuid!.Value).ShouldNotBeNull();
        row.Get(Zoo.Legs).ShouldBe(6);
        running.Replica.Current["Animal"].Find("name", "ant").ShouldBeSameAs(row);
    }
}
