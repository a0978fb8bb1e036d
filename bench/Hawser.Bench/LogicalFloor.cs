using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using Hawser.Core.Tables;
using Hawser.Linux;
using Hawser.Ovsdb;

namespace Hawser.Bench;

/// <summary>
/// What nobody can be faster than: a veth pair, a logical switch port, the rows of its interface, and ovn-controller's word
/// that it has installed the flows. No plugin, no HTTP, no state on disk.
/// </summary>
sealed class LogicalFloor : IAsyncDisposable
{
    // Any group that nothing else uses.
    const uint Doomed = 0x62656e64;
    const int Repetitions = 10;

    readonly RouteNetlink _routes = new();
    readonly CancellationTokenSource _stop = new();
    readonly OvsdbReplica _vswitch = new(new OvsdbReplicaOptions
    {
        Database = Vswitch.Database,
        Endpoints = [OvsdbEndpoint.Parse("unix:/run/openvswitch/db.sock")],
        Tables = [new TableMonitor(Vswitch.OpenVSwitch, "external_ids", Vswitch.CurCfg.Name), new TableMonitor(Vswitch.Bridge, Vswitch.Name.Name), new TableMonitor(Vswitch.Interface, "name", "external_ids"), new TableMonitor(Vswitch.Ssl)],
    });

    OvsdbReplica _northbound = null!;
    Task _following = Task.CompletedTask;
    string _chassis = "";
    Guid _bridge;
    Guid _switch;
    int _made;

    /// <summary>On the only logical switch that there is, beside its ports.</summary>
    public static async Task<LogicalFloor> OpenAsync()
    {
        var floor = new LogicalFloor();
        var following = floor._vswitch.RunAsync(floor._stop.Token);
        var snapshot = await floor._vswitch.WhenLiveAsync(CancellationToken.None);
        var settings = OvnSettings.Read(snapshot);
        floor._chassis = settings.Chassis!;
        floor._bridge = snapshot[Vswitch.Bridge].Find("name", settings.Bridge)!.Uuid;
        floor._northbound = new OvsdbReplica(new OvsdbReplicaOptions
        {
            Database = Northbound.Database,
            Endpoints = OvsdbEndpoint.ParseList(settings.Northbound!),
            Tables = [new TableMonitor(Northbound.LogicalSwitch, "name")],
        });
        floor._following = Task.WhenAll(following, floor._northbound.RunAsync(floor._stop.Token));
        floor._switch = (await floor._northbound.WhenLiveAsync(CancellationToken.None))[Northbound.LogicalSwitch].Rows.Single().Uuid;
        return floor;
    }

    /// <summary>Ports one at a time, and then many in one transaction of each database, beside those that there are.</summary>
    public async Task MeasureAsync(CallTimes times)
    {
        var few = new List<LogicalFloorPort>();
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
    }

    async Task<IReadOnlyList<LogicalFloorPort>> AddAsync(int count)
    {
        var ports = Enumerable.Range(_made, count).Select(n => new NewPort(n)).ToList();
        _made += count;
        var rows = MakeLogicalPortsAsync(ports);
        _routes.AddVeths([.. ports.Select(p => new VethSpec { Name = p.Name, PeerName = p.Name.Replace('p', 'c'), Alias = $"bench:{p.Name}", PeerAddress = p.Mac })]);

        // Neither database waits for the other, as with Hawser.
        var transaction = new Transaction(Vswitch.Database);
        var inserts = new List<int>();
        foreach (var port in ports)
        {
            var ids = new Dictionary<string, string> { ["attached-mac"] = port.MacText, ["iface-id"] = port.Name, ["iface-id-ver"] = "1", ["iface-status"] = "active" };
            transaction.Insert(Vswitch.Interface, new Dictionary<string, Datum> { ["name"] = Datum.Of(port.Name), ["external_ids"] = Datum.StringMap(ids) }, "i" + port.Name);
            inserts.Add(transaction.Insert(Vswitch.Port, new Dictionary<string, Datum> { ["name"] = Datum.Of(port.Name), ["interfaces"] = Datum.Of(Atom.Named("i" + port.Name)) }, port.Name));
        }
        transaction.Mutate(Vswitch.Bridge, Condition.Row(_bridge), Mutation.Insert("ports", Datum.Set(ports.Select(p => Atom.Named(p.Name)))));
        transaction.Mutate(Vswitch.OpenVSwitch, ImmutableArray<Condition>.Empty, Mutation.Add(Vswitch.NextCfg.Name, 1));
        var reply = await _vswitch.TransactAsync(transaction, CancellationToken.None);
        var logical = await rows;
        await _vswitch.WhenAsync(s => ports.All(p => s[Vswitch.Interface].Find("name", p.Name)?["external_ids"].StringValue(Vswitch.OvnInstalled) == "true"), CancellationToken.None);
        return [.. ports.Select((port, n) => new LogicalFloorPort(port.Name, reply[inserts[n]].Uuid!.Value, logical[n]))];
    }

    // The same columns with as much in them as Hawser's row has.
    async Task<IReadOnlyList<Guid>> MakeLogicalPortsAsync(IReadOnlyList<NewPort> ports)
    {
        var transaction = new Transaction(Northbound.Database);
        var inserts = ports.Select(port => transaction.Insert(Northbound.LogicalSwitchPort, new Dictionary<string, Datum>
        {
            ["name"] = Datum.Of(port.Name),
            ["addresses"] = Datum.Of($"{port.MacText} {port.Address}"),
            ["port_security"] = Datum.Of($"{port.MacText} {port.Address}"),
            ["options"] = Datum.StringMap([new("requested-chassis", _chassis), new("iface-id-ver", "1")]),
            ["external_ids"] = Datum.StringMap([new("bench-host", _chassis), new("bench-unit", "endpoint/" + new string('0', 64)), new("bench-network", new string('0', 64))]),
        }, port.Name)).ToList();
        transaction.Mutate(Northbound.LogicalSwitch, Condition.Row(_switch), Mutation.Insert("ports", Datum.Set(ports.Select(p => Atom.Named(p.Name)))));
        var reply = await _northbound.TransactAsync(transaction, CancellationToken.None);
        return [.. inserts.Select(i => reply[i].Uuid!.Value)];
    }

    async Task RemoveAsync(IReadOnlyCollection<LogicalFloorPort> ports)
    {
        var links = HostLinks.Count - 2 * ports.Count;
        var northbound = new Transaction(Northbound.Database);
        northbound.Mutate(Northbound.LogicalSwitch, Condition.Row(_switch), Mutation.Delete("ports", Datum.Set(ports.Select(p => (Atom)p.Logical))));
        await _northbound.TransactAsync(northbound, CancellationToken.None);
        var vswitch = new Transaction(Vswitch.Database);
        vswitch.Mutate(Vswitch.Bridge, Condition.Row(_bridge), Mutation.Delete("ports", Datum.Set(ports.Select(p => (Atom)p.Row))));
        vswitch.Mutate(Vswitch.OpenVSwitch, ImmutableArray<Condition>.Empty, Mutation.Add(Vswitch.NextCfg.Name, 1));
        var select = vswitch.Select(Vswitch.OpenVSwitch, ImmutableArray<Condition>.Empty, [Vswitch.NextCfg.Name]);
        var reply = await _vswitch.TransactAsync(vswitch, CancellationToken.None);
        var applied = Vswitch.NextCfg.Read(reply[select].Rows[0][Vswitch.NextCfg.Name]);
        // A port whose link goes before it does costs ovs-vswitchd ten times the time, which the next burst would pay.
        await _vswitch.WhenAsync(s => s[Vswitch.OpenVSwitch].Rows.Single().Get(Vswitch.CurCfg) >= applied, CancellationToken.None);
        _routes.DeleteLinks([.. ports.Select(p => _routes.FindLink(p.Name)).OfType<Link>().Select(l => l.Index)], Doomed);
        await HostLinks.ReturnToAsync(links);
    }
}

/// <summary>A port of the floor's logical switch.</summary>
/// <param name="Name">The name of its link, and of the logical switch port.</param>
/// <param name="Row">Its row in table Port.</param>
/// <param name="Logical">Its row in table Logical_Switch_Port.</param>
sealed record LogicalFloorPort(string Name, Guid Row, Guid Logical);

/// <summary>A port to be made.</summary>
sealed class NewPort(int number)
{
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"flp{number}");

    public PhysicalAddress Mac { get; } = new([2, 0x42, 10, .. BitConverter.GetBytes(number).AsSpan(0, 3)]);

    public string MacText => string.Join(':', Mac.GetAddressBytes().Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));

    public string Address { get; } = string.Create(CultureInfo.InvariantCulture, $"10.203.{number / 250}.{1 + number % 250}");
}
