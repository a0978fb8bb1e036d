using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

/// <summary>Rows as they should be, brought into a real database.</summary>
public sealed class RowDiffTests
{
    static readonly RowPlacement Bridge = new(RowKey.Only(Vswitch.OpenVSwitch), "bridges", new RowSpec(RowKey.Named(Vswitch.Bridge, "br0"))
        .With("fail_mode", Datum.Of("secure"))
        .WithEntries("external_ids", ("ours", "1")));

    static readonly RowPlacement Port = new(RowKey.Named(Vswitch.Bridge, "br0"), "ports", new RowSpec(RowKey.Named(Vswitch.Port, "p0"))
        .WithReference("interfaces", new RowSpec(RowKey.Named(Vswitch.Interface, "p0")).With("mtu_request", Datum.Of(1400))));

    [Fact]
    public async Task Rows_are_made_once_with_the_rows_they_refer_to()
    {
        await using var database = await Database.StartAsync();
        (await database.EnsureAsync(Bridge, Port)).ShouldBe(["Bridge br0 is missing", "Port p0 is missing", "Interface p0 is missing"], ignoreOrder: true);
        (await database.EnsureAsync(Bridge, Port)).ShouldBeEmpty();
        (await database.VsctlAsync("get", "interface", "p0", "mtu_request")).ShouldBe("1400");
        (await database.VsctlAsync("list-ports", "br0")).ShouldBe("p0");
    }

    [Fact]
    public async Task What_is_not_ours_to_say_stays_as_it_is()
    {
        await using var database = await Database.StartAsync();
        await database.EnsureAsync(Bridge, Port);
        await database.VsctlAsync("set", "bridge", "br0", "external_ids:theirs=2", "external_ids:ours=3", "stp_enable=true", "fail_mode=standalone");

        (await database.EnsureAsync(Bridge, Port)).ShouldBe(
            ["Bridge br0: fail_mode is standalone, should be secure", "Bridge br0: external_ids:ours is 3, should be 1"], ignoreOrder: true);
        (await database.VsctlAsync("get", "bridge", "br0", "external_ids", "stp_enable")).ShouldBe("{ours=\"1\", theirs=\"2\"}\ntrue");
    }

    [Fact]
    public async Task A_port_on_another_bridge_is_moved()
    {
        await using var database = await Database.StartAsync();
        await database.VsctlAsync("add-br", "br1", "--", "add-port", "br1", "p0");
        await database.EnsureAsync(Bridge, Port);
        (await database.VsctlAsync("port-to-br", "p0")).ShouldBe("br0");
    }

    [Fact]
    public async Task A_row_without_its_parent_is_not_placed()
    {
        await using var database = await Database.StartAsync();
        var diff = new RowDiff(await database.SnapshotAsync(), new Transaction(Vswitch.Database));
        diff.Ensure(Port).ShouldBeFalse();
        diff.Differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_row_is_found_by_an_entry_of_a_map_where_no_column_tells_it_from_others()
    {
        await using var database = await Database.StartAsync();
        var controller = new RowPlacement(RowKey.Named(Vswitch.Bridge, "br0"), "controller",
            new RowSpec(RowKey.WithEntry(Vswitch.Controller, "external_ids", "row", "first")).With("target", Datum.Of("tcp:192.0.2.1:6653")));
        (await database.EnsureAsync(Bridge, controller)).ShouldContain("Controller first is missing");
        (await database.EnsureAsync(Bridge, controller)).ShouldBeEmpty();
        await database.VsctlAsync("set", "controller", "br0", "target=tcp\\:192.0.2.9\\:6653");
        (await database.EnsureAsync(Bridge, controller)).ShouldHaveSingleItem().ShouldStartWith("Controller first: target is");
        (await database.VsctlAsync("get-controller", "br0")).ShouldBe("tcp:192.0.2.1:6653");
    }

    [Fact]
    public async Task A_reference_is_dropped_from_its_row_alone_and_others_stay()
    {
        await using var database = await Database.StartAsync();
        const string Ours = "tcp:192.0.2.1:6653", Theirs = "tcp:192.0.2.2:6653";
        await database.EnsureAsync(Bridge);
        await database.VsctlAsync("add-br", "br1", "--", "set-controller", "br1", Ours, "--", "set-controller", "br0", Ours, Theirs);
        var without = Bridge with { Row = Bridge.Row.WithoutReference("controller", new RowKey(Vswitch.Controller, "target", Ours)) };
        (await database.EnsureAsync(without)).ShouldBe(["Bridge br0: controller has tcp:192.0.2.1:6653, should not"]);
        (await database.EnsureAsync(without)).ShouldBeEmpty();
        (await database.VsctlAsync("get-controller", "br0")).ShouldBe(Theirs);
        (await database.VsctlAsync("get-controller", "br1")).ShouldBe(Ours);
    }

    [Fact]
    public async Task A_row_of_a_root_table_needs_no_parent()
    {
        await using var database = await Database.StartAsync();
        var root = RowPlacement.Root(new RowSpec(RowKey.Only(Vswitch.OpenVSwitch)).WithEntries("external_ids", ("ours", "1")));
        (await database.EnsureAsync(root)).ShouldBe(["Open_vSwitch: external_ids:ours is absent, should be 1"]);
        (await database.EnsureAsync(root)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_row_goes_with_the_last_reference_to_it()
    {
        await using var database = await Database.StartAsync();
        await database.EnsureAsync(Bridge, Port);
        var snapshot = await database.SnapshotAsync();
        var transaction = new Transaction(Vswitch.Database);
        new RowDiff(snapshot, transaction).Remove(snapshot[Vswitch.Port].Find("name", "p0")!, "Port p0", (Vswitch.Bridge, "ports"));
        await database.CommitAsync(transaction);
        (await database.VsctlAsync("--columns=name", "--bare", "list", "interface")).ShouldBeEmpty();
    }

    sealed class Database(OvsdbServer server, RunningReplica running) : IAsyncDisposable
    {
        static OvsdbReplicaOptions Options(OvsdbServer server) => new()
        {
            Database = Vswitch.Database,
            Endpoints = [server.Unix],
            Tables = Vswitch.Monitors,
        };

        public static async Task<Database> StartAsync()
        {
            var server = await OvsdbServer.StartAsync(OvsdbServer.VswitchSchema);
            await Processes.RunAsync("ovs-vsctl", $"--db=unix:{server.SocketPath}", "--no-wait", "init");
            return new(server, await RunningReplica.StartAsync(Options(server)));
        }

        public async Task<string> VsctlAsync(params IEnumerable<string> arguments) =>
            (await Processes.RunAsync("ovs-vsctl", [$"--db=unix:{server.SocketPath}", "--no-wait", .. arguments])).TrimEnd();

        /// <summary>What the database holds now, whoever wrote it last.</summary>
        public async Task<Snapshot> SnapshotAsync()
        {
            await using var now = await RunningReplica.StartAsync(Options(server));
            return now.Replica.Current!;
        }

        public async Task<IReadOnlyList<string>> EnsureAsync(params RowPlacement[] rows)
        {
            var transaction = new Transaction(Vswitch.Database);
            var diff = new RowDiff(await SnapshotAsync(), transaction);
            foreach (var row in rows) diff.Ensure(row).ShouldBeTrue();
            if (!transaction.IsEmpty) await CommitAsync(transaction);
            return diff.Differences;
        }

        public Task<TransactionReply> CommitAsync(Transaction transaction) => running.Replica.TransactAsync(transaction, CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await running.DisposeAsync();
            await server.DisposeAsync();
        }
    }
}
