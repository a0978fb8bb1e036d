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
    const string Switch = "floor";
    // Any group that nothing else uses.
    const uint Doomed = 0x62656e64;
    const int Repetitions = 10;

    readonly RouteNetlink _routes = new();
    readonly CancellationTokenSource _stop = new();
    readonly OvsdbReplica _vswitch = new(new OvsdbReplicaOptions
    {
        Database = Vswitch.Database,
        Endpoints = [OvsdbEndpoint.Parse("unix:/run/openvswitch/db.sock")],
        Tables = [new TableMonitor(Vswitch.OpenVSwitch, "external_ids"), new TableMonitor(Vswitch.Bridge, Vswitch.Name.Name), new TableMonitor(Vswitch.Interface, "name", "external_ids"), new TableMonitor(Vswitch.Ssl)],
    });

    OvsdbReplica _northbound = null!;
    Task _following = Task.CompletedTask;
    string _chassis = "";
    Guid _bridge;
    Guid _switch;
    int _made;

    public static async Task<LogicalFloor> OpenAsync()
    {
        await Shell.RunAsync("ovn-nbctl", "ls-add", Switch);
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
        floor._switch = (await floor._northbound.WhenLiveAsync(CancellationToken.None))[Northbound.LogicalSwitch].Find("name", Switch)!.Uuid;
        return floor;
    }

    /// <summary>Ports one at a time, beside others.</summary>
    public async Task<Samples> MeasureAsync(int others, int runs)
    {
        var inhabitants = new List<LogicalFloorPort>();
        for (var n = 0; n < others; n++) inhabitants.Add(await AddAsync());
        var times = new Samples();
        for (var run = 0; run < runs; run++)
        {
            var few = new List<LogicalFloorPort>();
            for (var n = 0; n < Repetitions; n++)
            {
                var started = Stopwatch.GetTimestamp();
                few.Add(await AddAsync());
                times.Add(Stopwatch.GetElapsedTime(started));
            }
            await RemoveAsync(few);
        }
        await RemoveAsync(inhabitants);
        return times;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following.ContinueWith(static _ => { }, TaskScheduler.Default);
        _stop.Dispose();
        _routes.Dispose();
        await Shell.RunAsync("ovn-nbctl", "ls-del", Switch);
    }

    async Task<LogicalFloorPort> AddAsync()
    {
        var number = _made++;
        var name = string.Create(CultureInfo.InvariantCulture, $"flp{number}");
        var mac = new PhysicalAddress([2, 0x42, 10, .. BitConverter.GetBytes(number).AsSpan(0, 3)]);
        var text = string.Join(':', mac.GetAddressBytes().Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        var port = MakePortAsync(name, $"{text} 10.203.{number / 250}.{1 + number % 250}");
        _routes.AddVeth(new VethSpec { Name = name, PeerName = name.Replace('p', 'c'), Alias = $"bench:{name}", PeerAddress = mac });
        var logical = await port;

        var transaction = new Transaction(Vswitch.Database);
        var ids = new Dictionary<string, string> { ["attached-mac"] = text, ["iface-id"] = name, ["iface-id-ver"] = "1", ["iface-status"] = "active" };
        transaction.Insert(Vswitch.Interface, new Dictionary<string, Datum> { ["name"] = Datum.Of(name), ["external_ids"] = Datum.StringMap(ids) }, "interface");
        var insert = transaction.Insert(Vswitch.Port, new Dictionary<string, Datum> { ["name"] = Datum.Of(name), ["interfaces"] = Datum.Of(Atom.Named("interface")) }, "port");
        transaction.Mutate(Vswitch.Bridge, Condition.Row(_bridge), Mutation.Insert("ports", Datum.Of(Atom.Named("port"))));
        transaction.Mutate(Vswitch.OpenVSwitch, ImmutableArray<Condition>.Empty, Mutation.Add(Vswitch.NextCfg.Name, 1));
        var row = (await _vswitch.TransactAsync(transaction, CancellationToken.None))[insert].Uuid!.Value;
        await _vswitch.WhenAsync(s => s[Vswitch.Interface].Find("name", name)?["external_ids"].StringValue(Vswitch.OvnInstalled) == "true", CancellationToken.None);
        return new LogicalFloorPort(name, row, logical);
    }

    // The same columns with as much in them as Hawser's row has.
    async Task<Guid> MakePortAsync(string name, string addresses)
    {
        var transaction = new Transaction(Northbound.Database);
        var insert = transaction.Insert(Northbound.LogicalSwitchPort, new Dictionary<string, Datum>
        {
            ["name"] = Datum.Of(name),
            ["addresses"] = Datum.Of(addresses),
            ["port_security"] = Datum.Of(addresses),
            ["options"] = Datum.StringMap([new("requested-chassis", _chassis), new("iface-id-ver", "1")]),
            ["external_ids"] = Datum.StringMap([new("bench-host", _chassis), new("bench-unit", "endpoint/" + new string('0', 64)), new("bench-network", new string('0', 64))]),
        }, "port");
        transaction.Mutate(Northbound.LogicalSwitch, Condition.Row(_switch), Mutation.Insert("ports", Datum.Of(Atom.Named("port"))));
        return (await _northbound.TransactAsync(transaction, CancellationToken.None))[insert].Uuid!.Value;
    }

    async Task RemoveAsync(List<LogicalFloorPort> ports)
    {
        var links = HostLinks.Count - 2 * ports.Count;
        var northbound = new Transaction(Northbound.Database);
        northbound.Mutate(Northbound.LogicalSwitch, Condition.Row(_switch), Mutation.Delete("ports", Datum.Set(ports.Select(p => (Atom)p.Logical))));
        await _northbound.TransactAsync(northbound, CancellationToken.None);
        var vswitch = new Transaction(Vswitch.Database);
        vswitch.Mutate(Vswitch.Bridge, Condition.Row(_bridge), Mutation.Delete("ports", Datum.Set(ports.Select(p => (Atom)p.Row))));
        vswitch.Mutate(Vswitch.OpenVSwitch, ImmutableArray<Condition>.Empty, Mutation.Add(Vswitch.NextCfg.Name, 1));
        await _vswitch.TransactAsync(vswitch, CancellationToken.None);
        _routes.DeleteLinks([.. ports.Select(p => _routes.FindLink(p.Name)).OfType<Link>().Select(l => l.Index)], Doomed);
        await HostLinks.ReturnToAsync(links);
    }
}

/// <summary>A port of the floor's logical switch.</summary>
/// <param name="Name">The name of its link, and of the logical switch port.</param>
/// <param name="Row">Its row in table Port.</param>
/// <param name="Logical">Its row in table Logical_Switch_Port.</param>
sealed record LogicalFloorPort(string Name, Guid Row, Guid Logical);
