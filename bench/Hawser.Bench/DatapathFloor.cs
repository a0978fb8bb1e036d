using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using Hawser.Core.Tables;
using Hawser.Linux;
using Hawser.Ovsdb;

namespace Hawser.Bench;

/// <summary>
/// What nobody can be faster than: a veth pair, the rows of its port, and ovs-vswitchd's word that it has applied them.
/// No plugin, no HTTP, no state on disk.
/// </summary>
sealed class DatapathFloor : IAsyncDisposable
{
    const string BridgeName = "floor0";
    // Any group that nothing else uses.
    const uint Doomed = 0x62656e63;
    const int Repetitions = 10;

    readonly RouteNetlink _routes = new();
    readonly CancellationTokenSource _stop = new();
    readonly OvsdbReplica _replica = new(new OvsdbReplicaOptions
    {
        Database = Vswitch.Database,
        Endpoints = [OvsdbEndpoint.Parse("unix:/run/openvswitch/db.sock")],
        Tables = [new TableMonitor(Vswitch.OpenVSwitch, Vswitch.NextCfg.Name, Vswitch.CurCfg.Name), new TableMonitor(Vswitch.Bridge, Vswitch.Name.Name)],
    });

    Task _following = Task.CompletedTask;
    Guid _root;
    Guid _bridge;
    int _made;

    /// <summary>Makes a bridge of the datapath that Hawser's have.</summary>
    public static async Task<DatapathFloor> OpenAsync(string datapath)
    {
        await Shell.RunAsync("ovs-vsctl", "--timeout=20", "add-br", BridgeName, "--", "set", "bridge", BridgeName, $"datapath_type=\"{datapath}\"");
        await Shell.BashAsync($"ip address add 10.201.0.1/16 dev {BridgeName} && ip link set {BridgeName} up");
        var floor = new DatapathFloor();
        floor._following = floor._replica.RunAsync(floor._stop.Token);
        var snapshot = await floor._replica.WhenLiveAsync(CancellationToken.None);
        floor._root = snapshot[Vswitch.OpenVSwitch].Rows.Single().Uuid;
        floor._bridge = snapshot[Vswitch.Bridge].Rows.Single(b => b.Get(Vswitch.Name) == BridgeName).Uuid;
        return floor;
    }

    /// <summary>Ports one at a time, and then many in one transaction, beside those that there are.</summary>
    public async Task MeasureAsync(CallTimes times)
    {
        var few = new List<FloorPort>();
        for (var n = 0; n < Repetitions; n++)
        {
            var started = Stopwatch.GetTimestamp();
            few.AddRange(await AddAsync(1));
            times.Attach.Add(Stopwatch.GetElapsedTime(started));
        }
        await RemoveAsync(few);

        for (var n = 0; n < Repetitions; n++)
        {
            var started = Stopwatch.GetTimestamp();
            var many = await AddAsync(RawCalls.Callers);
            times.AttachRate.Add(many.Count / Stopwatch.GetElapsedTime(started).TotalSeconds);
            await RemoveAsync(many);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following.ContinueWith(static _ => { }, TaskScheduler.Default);
        _stop.Dispose();
        _routes.Dispose();
        await Shell.RunAsync("ovs-vsctl", "--timeout=300", "del-br", BridgeName);
    }

    async Task<IReadOnlyList<FloorPort>> AddAsync(int count)
    {
        var names = Enumerable.Range(0, count).Select(_ => string.Create(CultureInfo.InvariantCulture, $"flp{_made++}")).ToArray();
        var failures = _routes.AddVeths([.. names.Select(n => new VethSpec { Name = n, PeerName = n.Replace('p', 'c'), Alias = $"bench:{n}", PeerAddress = Mac(n) })]);
        if (failures.FirstOrDefault(f => f is not null) is { } failure) throw failure;

        var transaction = new Transaction(Vswitch.Database);
        var inserts = names.Select(name => Insert(transaction, name)).ToArray();
        transaction.Mutate(Vswitch.Bridge, Condition.Row(_bridge), Mutation.Insert("ports", Datum.Set(names.Select(n => Atom.Named("port_" + n)))));
        var (reply, cfg) = await CommitAsync(transaction);
        await WaitForAsync((reply, cfg));
        return [.. names.Zip(inserts, (name, insert) => new FloorPort(name, reply[insert].Uuid!.Value))];
    }

    // The same columns with as much in them as Hawser's rows have.
    static int Insert(Transaction transaction, string name)
    {
        var mark = new Dictionary<string, string> { ["bench-instance"] = "0123456789abcdef", ["bench-unit"] = "endpoint:" + new string('0', 64) };
        var ids = new Dictionary<string, string>(mark) { ["attached-mac"] = "02:42:00:00:00:00", ["iface-id"] = new string('0', 64), ["iface-status"] = "active" };
        transaction.Insert(Vswitch.Interface, new Dictionary<string, Datum> { ["name"] = Datum.Of(name), ["external_ids"] = Datum.StringMap(ids) }, "interface_" + name);
        return transaction.Insert(
            Vswitch.Port,
            new Dictionary<string, Datum> { ["name"] = Datum.Of(name), ["interfaces"] = Datum.Of(Atom.Named("interface_" + name)), ["external_ids"] = Datum.StringMap(mark) },
            "port_" + name);
    }

    async Task RemoveAsync(IReadOnlyList<FloorPort> ports)
    {
        var links = HostLinks.Count - 2 * ports.Count;
        await WaitForAsync(await CommitAsync(Taking(ports)));
        _routes.DeleteLinks([.. ports.Select(p => _routes.FindLink(p.Name)).OfType<Link>().Select(l => l.Index)], Doomed);
        await HostLinks.ReturnToAsync(links);
    }

    Transaction Taking(IEnumerable<FloorPort> ports)
    {
        var transaction = new Transaction(Vswitch.Database);
        transaction.Mutate(Vswitch.Bridge, Condition.Row(_bridge), Mutation.Delete("ports", Datum.Set(ports.Select(p => (Atom)p.Row))));
        return transaction;
    }

    async Task<(TransactionReply Reply, long Cfg)> CommitAsync(Transaction transaction)
    {
        transaction.Mutate(Vswitch.OpenVSwitch, Condition.Row(_root), Mutation.Add(Vswitch.NextCfg.Name, 1));
        var select = transaction.Select(Vswitch.OpenVSwitch, [Condition.Row(_root)], [Vswitch.NextCfg.Name]);
        var reply = await _replica.TransactAsync(transaction, CancellationToken.None);
        return (reply, reply[select].Rows[0].Get(Vswitch.NextCfg));
    }

    Task<Snapshot> WaitForAsync((TransactionReply Reply, long Cfg) committed) =>
        _replica.WhenAsync(s => s[Vswitch.OpenVSwitch].Find(_root)!.Get(Vswitch.CurCfg) >= committed.Cfg, CancellationToken.None);

    static PhysicalAddress Mac(string name) => new([2, 0x42, 9, .. BitConverter.GetBytes(int.Parse(name[3..], CultureInfo.InvariantCulture)).AsSpan(0, 3)]);
}

/// <summary>A port of the floor's bridge.</summary>
/// <param name="Name">The name of its link.</param>
/// <param name="Row">Its row in table Port.</param>
sealed record FloorPort(string Name, Guid Row);
