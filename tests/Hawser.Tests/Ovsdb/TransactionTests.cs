using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

/// <summary>Transactions, and every way in which a real server refuses them.</summary>
public sealed class TransactionTests : IAsyncLifetime
{
    OvsdbServer _server = null!;
    RunningReplica _running = null!;

    public async Task InitializeAsync()
    {
        _server = await Zoo.ServeAsync();
        _running = await RunningReplica.StartAsync(Zoo.Follow(_server.Unix));
    }

    public async Task DisposeAsync()
    {
        await _running.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Every_type_is_stored_and_comes_back()
    {
        var twin = Guid.NewGuid();
        var row = new Dictionary<string, Datum>
        {
            ["name"] = Datum.Of("é\"\\\n漢😀"),
            ["legs"] = Datum.Of(4L),
            ["weight"] = Datum.Of(-1.5e300),
            ["tame"] = Datum.Of(true),
            ["diet"] = Datum.Of("grass"),
            ["cage"] = Datum.Of(7L),
            ["names"] = Datum.Set(["x", "y", "set"]),
            ["seen"] = Datum.Set([0.5, 2.0]),
            ["counts"] = Datum.Map([new("one", 1L), new("least", long.MinValue)]),
            ["marks"] = Datum.StringMap([new("k", "v")]),
            ["motto"] = Datum.StringMap([new("a", "b")]),
            ["toys"] = Datum.Of(Atom.Named("toy")),
            ["twin"] = Datum.Of(twin),
        };
        var transaction = Zoo.Change();
        var toy = transaction.Insert("Toy", [new("label", Datum.Of("ball"))], uuidName: "toy");
        transaction.Insert("Animal", Zoo.Animal("twin"), uuid: twin);
        var animal = transaction.Insert("Animal", row);

        var reply = await TransactAsync(transaction);

        var stored = Current["Animal"].Find(reply[animal].Uuid!.Value)!;
        row["toys"] = Datum.Of(reply[toy].Uuid!.Value);
        foreach (var (column, value) in row)
            stored[column].ShouldBe(value, column);
    }

    [Fact]
    public async Task Operations_see_those_before_them_and_give_results()
    {
        var transaction = Zoo.Change();
        transaction.Insert("Animal", Zoo.Animal("ant", 6));
        transaction.Insert("Animal", Zoo.Animal("bee", 6));
        var mutate = transaction.Mutate("Animal", Condition.Is(Zoo.Name, "ant"), Mutation.Add("legs", -1));
        var update = transaction.Update("Animal", [], [new("tame", Datum.Of(true))]);
        var select = transaction.Select("Animal", [new("legs", "<", Datum.Of(6L))], ["_uuid", "name", "legs"]);
        var delete = transaction.Delete("Animal", Condition.Is(Zoo.Name, "cat"));
        transaction.Comment("for the test");
        transaction.Commit(durable: true);

        var reply = await TransactAsync(transaction);

        reply[mutate].Count.ShouldBe(1);
        reply[update].Count.ShouldBe(2);
        reply[delete].Count.ShouldBe(0);
        var row = reply[select].Rows.ShouldHaveSingleItem();
        row.Get(Zoo.Name).ShouldBe("ant");
        row.Get(Zoo.Legs).ShouldBe(5);
        row.Uuid.ShouldBe(Current["Animal"].Find("name", "ant")!.Uuid);
    }

    [Fact]
    public async Task A_map_is_cleared_by_an_empty_set_too()
    {
        var uuid = await InsertAsync(new(Zoo.Animal("ant")) { ["marks"] = Datum.StringMap([new("k", "v")]) });
        var transaction = Zoo.Change();
        transaction.Update("Animal", Condition.Row(uuid), [new("marks", Datum.Empty), new("names", Datum.EmptyMap)]);
        await TransactAsync(transaction);
        Current["Animal"].Find(uuid)!.Get(Zoo.Marks).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_maps_value_is_replaced_by_deleting_its_key_first()
    {
        var uuid = await InsertAsync(new(Zoo.Animal("ant")) { ["marks"] = Datum.StringMap([new("k", "old"), new("l", "1")]) });
        var insertOnly = Zoo.Change();
        insertOnly.Mutate("Animal", Condition.Row(uuid), Mutation.Insert("marks", Datum.StringMap([new("k", "new")])));
        await TransactAsync(insertOnly);
        Current["Animal"].Find(uuid)!["marks"].StringValue("k").ShouldBe("old");

        var replace = Zoo.Change();
        replace.Mutate(
            "Animal", Condition.Row(uuid),
            Mutation.DeleteKeys("marks", "k"),
            Mutation.Insert("marks", Datum.StringMap([new("k", "new")])));
        await TransactAsync(replace);
        Current["Animal"].Find(uuid)!.Get(Zoo.Marks).ShouldBe([new("k", "new"), new("l", "1")]);
    }

    [Fact]
    public async Task A_precondition_that_is_not_met_is_a_conflict_and_no_exception()
    {
        var transaction = Zoo.Change();
        transaction.Insert("Animal", Zoo.Animal("ant"));
        var wait = transaction.Wait("Animal", [Condition.Is(Zoo.Name, "bee")], ["legs"], "==", [Legs(4)], TimeSpan.Zero);

        var reply = await TransactAsync(transaction);

        reply.Outcome.ShouldBe(TransactionOutcome.Conflict);
        reply.ConflictIndex.ShouldBe(wait);
        Should.Throw<InvalidOperationException>(() => reply[0]);
        Current["Animal"].Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_precondition_that_is_met_lets_the_transaction_pass()
    {
        await InsertAsync(Zoo.Animal("ant"));
        var transaction = Zoo.Change();
        transaction.Wait("Animal", [Condition.Is(Zoo.Name, "ant")], ["legs"], "==", [Legs(4)], TimeSpan.Zero);
        transaction.Wait("Animal", [Condition.Is(Zoo.Name, "ant")], ["marks"], "==", [new Dictionary<string, Datum> { ["marks"] = Datum.Empty }], TimeSpan.Zero);
        transaction.Wait("Animal", [Condition.Is(Zoo.Name, "bee")], ["legs"], "!=", [Legs(4)], TimeSpan.Zero);
        (await TransactAsync(transaction)).Outcome.ShouldBe(TransactionOutcome.Committed);
    }

    [Fact]
    public async Task A_wait_that_ran_out_is_an_error()
    {
        var transaction = Zoo.Change();
        transaction.Wait("Animal", [], ["legs"], "==", [Legs(4)], TimeSpan.FromMilliseconds(50));
        var error = await RefusedAsync(transaction, OvsdbErrors.TimedOut);
        error.OperationIndex.ShouldBe(0);
        error.Table.ShouldBe("Animal");
    }

    [Fact]
    public async Task An_error_at_commit_is_one_element_more_and_is_seen()
    {
        await InsertAsync(Zoo.Animal("ant"));
        var transaction = Zoo.Change();
        transaction.Insert("Animal", Zoo.Animal("ant"));
        var error = await RefusedAsync(transaction, OvsdbErrors.ConstraintViolation);
        error.OperationIndex.ShouldBeNull();
        error.Details.ShouldNotBeNull().ShouldContain("identical values");
        error.Message.ShouldContain("identical values");
    }

    [Fact]
    public async Task A_value_out_of_range_names_its_operation()
    {
        var transaction = Zoo.Change();
        transaction.Insert("Animal", Zoo.Animal("ant"));
        transaction.Insert("Animal", Zoo.Animal("bee", -1));
        transaction.Insert("Animal", Zoo.Animal("cat"));
        (await RefusedAsync(transaction, OvsdbErrors.ConstraintViolation)).OperationIndex.ShouldBe(1);
        Current["Animal"].Count.ShouldBe(0);
    }

    [Fact]
    public async Task An_immutable_column_cannot_be_changed()
    {
        var uuid = await InsertAsync(Zoo.Animal("ant"));
        var transaction = Zoo.Change();
        transaction.Update("Animal", Condition.Row(uuid), [new("name", Datum.Of("bee"))]);
        await RefusedAsync(transaction, OvsdbErrors.ConstraintViolation);
    }

    [Fact]
    public async Task A_reference_to_nothing_is_refused()
    {
        var transaction = Zoo.Change();
        transaction.Insert("Animal", new Dictionary<string, Datum>(Zoo.Animal("ant")) { ["toys"] = Datum.Of(Guid.NewGuid()) });
        (await RefusedAsync(transaction, OvsdbErrors.ReferentialIntegrityViolation)).OperationIndex.ShouldBeNull();
    }

    [Fact]
    public async Task A_row_that_nothing_refers_to_vanishes_without_an_error()
    {
        var transaction = Zoo.Change();
        var toy = transaction.Insert("Toy", [new("label", Datum.Of("ball"))]);
        (await TransactAsync(transaction))[toy].Uuid.ShouldNotBeNull();
        Current["Toy"].Count.ShouldBe(0);
    }

    [Fact]
    public async Task Other_refusals_have_their_tags()
    {
        await RefusedAsync(Build(t => t.Abort()), OvsdbErrors.Aborted);
        await RefusedAsync(Build(t => t.Assert("a_lock")), OvsdbErrors.NotOwner);
        await RefusedAsync(Build(t => t.Delete("Plant", [])), OvsdbErrors.SyntaxError);
        await RefusedAsync(Build(t => t.Update("Animal", [], [new("wings", Datum.Of(2L))])), OvsdbErrors.UnknownColumn);
        await RefusedAsync(
            Build(t =>
            {
                t.Insert("Animal", Zoo.Animal("ant"), uuidName: "same");
                t.Insert("Animal", Zoo.Animal("bee"), uuidName: "same");
            }),
            OvsdbErrors.DuplicateUuidName);
        await RefusedAsync(
            Build(t =>
            {
                t.Insert("Animal", Zoo.Animal("ant"));
                t.Mutate("Animal", [], new Mutation("legs", "/=", Datum.Of(0L)));
            }),
            OvsdbErrors.DomainError);
    }

    [Fact]
    public async Task An_unknown_database_is_refused_as_a_whole() =>
        (await Should.ThrowAsync<OvsdbTransactionException>(() => TransactAsync(new Transaction("Garden"))))
            .Error.ShouldBe(OvsdbErrors.UnknownDatabase);

    [Fact]
    public async Task Several_transactions_are_on_their_way_at_once()
    {
        var parked = Zoo.Change();
        parked.Wait("Animal", [Condition.Is(Zoo.Name, "ant")], ["legs"], "==", [Legs(6)], TimeSpan.FromSeconds(10));
        parked.Insert("Animal", Zoo.Animal("bee"));
        var waiting = TransactAsync(parked);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => InsertAsync(Zoo.Animal($"other{i}"))));
        waiting.IsCompleted.ShouldBeFalse();
        await InsertAsync(Zoo.Animal("ant", 6));

        (await waiting).Outcome.ShouldBe(TransactionOutcome.Committed);
        Current["Animal"].Count.ShouldBe(102);
    }

    [Fact]
    public async Task A_cancelled_transaction_is_forgotten_by_the_server()
    {
        var parked = Zoo.Change();
        parked.Wait("Animal", [Condition.Is(Zoo.Name, "ant")], ["legs"], "==", [Legs(6)], Timeout.InfiniteTimeSpan);
        parked.Insert("Animal", Zoo.Animal("bee"));
        using var cancel = new CancellationTokenSource();
        var waiting = _running.Replica.TransactAsync(parked, cancel.Token);
        // Answered after the parked one was read, so that one is parked now.
        await InsertAsync(Zoo.Animal("cat"));

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        await InsertAsync(Zoo.Animal("ant", 6));
        Current["Animal"].Find("name", "bee").ShouldBeNull();
    }

    [Fact]
    public void A_transaction_shows_its_operations()
    {
        var transaction = Zoo.Change();
        transaction.IsEmpty.ShouldBeTrue();
        transaction.Delete("Animal", Condition.Is(Zoo.Name, "ant"));
        transaction.ToString().ShouldBe("""{"op":"delete","table":"Animal","where":[["name","==","ant"]]}""" + "\n");
    }

    Snapshot Current => _running.Replica.Current!;

    Task<TransactionReply> TransactAsync(Transaction transaction) =>
        _running.Replica.TransactAsync(transaction, Within.Seconds(15));

    async Task<Guid> InsertAsync(Dictionary<string, Datum> animal)
    {
        var transaction = Zoo.Change();
        var insert = transaction.Insert("Animal", animal);
        return (await TransactAsync(transaction))[insert].Uuid!.Value;
    }

    async Task<OvsdbTransactionException> RefusedAsync(Transaction transaction, string error)
    {
        var exception = await Should.ThrowAsync<OvsdbTransactionException>(() => TransactAsync(transaction));
        exception.Error.ShouldBe(error);
        return exception;
    }

    static Transaction Build(Action<Transaction> add)
    {
        var transaction = Zoo.Change();
        add(transaction);
        return transaction;
    }

    static Dictionary<string, Datum> Legs(long legs) => new() { ["legs"] = Datum.Of(legs) };
}
