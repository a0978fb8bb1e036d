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

    [Fact]
    public async Task Rows_are_found_by_an_entry_of_a_map_as_it_changes()
    {
        MapEntry owner = new("marks", "owner");
        await using var server = await Zoo.ServeAsync();
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(server.Unix, new TableMonitor("Animal") { Lookups = [owner] }));

        await ChangeAsync(t =>
        {
            foreach (var (name, value) in new[] { ("ant", "noah"), ("bee", "noah"), ("cat", "eve") })
                t.Insert("Animal", new Dictionary<string, Datum>(Zoo.Animal(name)) { ["marks"] = Datum.StringMap([new("owner", value)]) });
            t.Insert("Animal", Zoo.Animal("dog"));
        });
        (Of("noah"), Of("eve"), Of("")).ShouldBe(("ant bee", "cat", ""));
        await ChangeAsync(t => t.Mutate("Animal", [Condition.Is(Zoo.Name, "bee")], Mutation.DeleteKeys("marks", "owner"), Mutation.Insert("marks", Datum.StringMap([new("owner", "eve")]))));
        (Of("noah"), Of("eve")).ShouldBe(("ant", "bee cat"));
        await ChangeAsync(t =>
        {
            t.Delete("Animal", Condition.Is(Zoo.Name, "ant"));
            t.Mutate("Animal", [Condition.Is(Zoo.Name, "cat")], Mutation.DeleteKeys("marks", "owner"));
            t.Mutate("Animal", [Condition.Is(Zoo.Name, "dog")], Mutation.Insert("marks", Datum.StringMap([new("owner", "noah")])));
        });
        (Of("noah"), Of("eve")).ShouldBe(("dog", "bee"));

        async Task ChangeAsync(Action<Transaction> fill)
        {
            var transaction = Zoo.Change();
            fill(transaction);
            (await running.Replica.TransactAsync(transaction, Within.Seconds(10))).Outcome.ShouldBe(TransactionOutcome.Committed);
        }

        // Found by the look-up, and by a scan of all rows.
        string Of(string value)
        {
            var animals = running.Replica.Current!["Animal"];
            var found = string.Join(' ', animals.FindAll(owner, value).Select(a => a.Get(Zoo.Name)).Order());
            found.ShouldBe(string.Join(' ', animals.Rows.Where(a => a["marks"].StringValue("owner") == value).Select(a => a.Get(Zoo.Name)).Order()));
            return found;
        }
    }
}
