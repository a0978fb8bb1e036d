using System.Net;
using Hawser.Admin;
using Hawser.Apply;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Options;
using Hawser.Core.Tables;
using Hawser.Docker;
using Hawser.Docker.Engine;
using Hawser.Linux;
using Hawser.Ovn;
using Hawser.Ovsdb;
using Hawser.State;
using Hawser.Tests.Protocol;
using Hawser.Tests.Servers;
using Hawser.Witness;

namespace Hawser.Tests.Ipam;

/// <summary>
/// A host's part in the address plan: its address manager and its audit, with a real northbound database that it shares with
/// others. The tests say what Docker would say, and what time it is.
/// </summary>
sealed class PlanHost : IAsyncDisposable
{
    /// <summary>The address manager's name in Docker.</summary>
    public const string Driver = "ovn";

    readonly string _folder = Directory.CreateTempSubdirectory("hawser-plan-").FullName;
    readonly OvsdbServer _vswitch;
    readonly CancellationTokenSource _stop = new();
    readonly Task[] _loops;
    readonly Hawser.Apply.Host _host;
    readonly Clock _clock = new();
    readonly OvnCentral _central;

    PlanHost(OvsdbServer vswitch, OvsdbEndpoint northbound)
    {
        _vswitch = vswitch;
        Store = IntentStore.Load(new StateFolders(Path.Combine(_folder, "state"), Path.Combine(_folder, "run")), Log);
        var replica = new OvsdbReplica(new OvsdbReplicaOptions { Database = Vswitch.Database, Endpoints = [vswitch.Unix], Tables = Vswitch.Monitors });
        var central = _central = new OvnCentral(replica, new OvnOverrides([northbound], null), Log);
        var links = new LinkTable();
        _host = new Hawser.Apply.Host(replica, "", central, Store, new LinkReaper(links, Log, _clock), links, "", new NamespaceDoor(""), Log);
        var converger = new Converger(Store, _host, Log, _clock);
        Plan = new AddressPlan(central, Store);
        Audit = new AddressAudit(Plan, Doubts = new ClaimDoubts(central), central, Store, new DriverNames(new Dictionary<string, NetworkKind> { [Driver] = new LogicalNetworks(converger, central) }, isManaged: false), Log, _clock);
        Admin = new OvnAdmin(Plan, new SharedRows(central));
        Ipam = new IpamDriver(Plan, Doubts, converger, Store, Log);
        central.Changed = Doubts.OnNorthboundChanged;
        _loops = [replica.RunAsync(_stop.Token), central.RunAsync(_stop.Token)];
    }

    public static async Task<OvsdbServer> StartNorthboundAsync() => await OvsdbServer.StartAsync(OvsdbServer.NorthboundSchema);

    public static async Task<PlanHost> StartAsync(OvsdbEndpoint northbound, string chassis)
    {
        var vswitch = await OvsdbServer.StartAsync(OvsdbServer.VswitchSchema);
        await Processes.RunAsync("ovs-vsctl", "--no-wait", $"--db={vswitch.Unix}", "set", "Open_vSwitch", ".", $"external_ids:system-id={chassis}");
        var host = new PlanHost(vswitch, northbound);
        await host.ReadyAsync();
        return host;
    }

    public LogLines Log { get; } = new();

    public IntentStore Store { get; }

    public AddressPlan Plan { get; }

    public AddressAudit Audit { get; }

    public ClaimDoubts Doubts { get; }

    public OvnAdmin Admin { get; }

    public IpamDriver Ipam { get; }

    /// <summary>The networks that Docker lists.</summary>
    public List<EngineNetwork> Networks { get; } = [];

    /// <summary>Waits until the database is followed, at first or again.</summary>
    public async Task ReadyAsync()
    {
        var deadline = Within.Seconds(20);
        while (_central.Live is null) await Task.Delay(TimeSpan.FromMilliseconds(5), deadline);
    }

    /// <summary>Waits until the loss of the database is noticed.</summary>
    public async Task AwayAsync()
    {
        var deadline = Within.Seconds(20);
        while (_central.Live is not null) await Task.Delay(TimeSpan.FromMilliseconds(5), deadline);
    }

    /// <summary>docker network create --ipam-driver ovn --subnet …, and the id of its pool.</summary>
    public async Task<string> NetworkAsync(string subnet, string? gateway = null, string vrf = "", string range = "", params string[] auxiliary)
    {
        var pool = await PoolAsync(subnet, vrf, range);
        if (gateway is not null) await TakeGatewayAsync(pool, gateway);
        foreach (var address in auxiliary) await TakeAsync(pool, address);
        KnowNetwork(subnet, gateway, vrf, range, auxiliary);
        return pool;
    }

    /// <summary>A network that was made in an earlier life.</summary>
    public void KnowNetwork(string subnet, string? gateway = null, string vrf = "", string range = "", params string[] auxiliary)
    {
        var id = $"{vrf}{subnet}".Replace('/', '-').Replace('.', '-').Replace(':', '-');
        var config = new EngineIpamPool(subnet, gateway ?? "", range, auxiliary.ToDictionary(a => a));
        Networks.Add(new EngineNetwork(id, id, Driver, IPAM: new EngineIpam(Driver, [config], vrf.Length > 0 ? new Dictionary<string, string> { ["ovn.vrf"] = vrf } : null)));
        Store.Put(_ => NetworkRecordOf(id, subnet, gateway, vrf, auxiliary));
    }

    /// <summary>RequestPool; the pool's id.</summary>
    public async Task<string> PoolAsync(string subnet, string vrf = "", string range = "", string space = "ovn-local") =>
        (await Ipam.RequestPoolAsync(new(space, subnet, range, vrf.Length > 0 ? new Dictionary<string, string> { ["ovn.vrf"] = vrf } : null, subnet.Contains(':', StringComparison.Ordinal)), default)).PoolID;

    /// <summary>RequestPool without a subnet, or with any of a size; the subnet.</summary>
    public async Task<string> AnyPoolAsync(string pool, bool isIPv6, string space = "ovn-local") => (await Ipam.RequestPoolAsync(new(space, pool, V6: isIPv6), default)).Pool;

    /// <summary>RequestAddress; what it gave, without the prefix.</summary>
    public async Task<string> TakeAsync(string pool, string address = "") => (await Ipam.RequestAddressAsync(new(pool, address), default)).Address.Split('/')[0];

    /// <summary>RequestAddress of a network's gateway; what it gave, without the prefix.</summary>
    public async Task<string> TakeGatewayAsync(string pool, string address = "")
    {
        var options = new Dictionary<string, string> { ["RequestAddressType"] = "com.docker.network.gateway" };
        return (await Ipam.RequestAddressAsync(new(pool, address, options), default)).Address.Split('/')[0];
    }

    /// <summary>ReleaseAddress.</summary>
    public Task GiveBackAsync(string pool, string address) => Ipam.ReleaseAddressAsync(new(pool, address), default);

    /// <summary>docker run: an address, and the endpoint that has it.</summary>
    public async Task<string> RunAsync(string pool, string address = "")
    {
        address = await TakeAsync(pool, address);
        KnowContainer(pool, address);
        return address;
    }

    /// <summary>A container that runs since an earlier life.</summary>
    public void KnowContainer(string pool, string address)
    {
        var network = Store.Current.Networks.Values.First(n => n.Subnets.Any(s => s.Pool.Contains(IPAddress.Parse(address))) && (n.Logical!.Vrf ?? "") == AddressPool.Parse(pool).Vrf);
        Store.Put(_ => new EndpointRecord { Id = new EndpointId($"{network.Id}-{address.Replace(':', '-')}"), Network = network.Id, Address = IPAddress.Parse(address) });
    }

    /// <summary>docker rm -f, of which the database was not told.</summary>
    public void Lose(string address)
    {
        foreach (var endpoint in Store.Current.Endpoints.Values.Where(e => e.Address!.ToString() == address))
        {
            Store.Change(endpoint.Id, e => e with { Phase = EndpointPhase.Removing });
            Store.Forget(endpoint.Id);
        }
    }

    /// <summary>docker network rm, of which the database was not told.</summary>
    public void LoseNetworks()
    {
        foreach (var network in Store.Current.Networks.Keys)
        {
            Store.Change(network, n => n with { IsRemoving = true });
            Store.Forget(network);
        }
        Networks.Clear();
    }

    /// <summary>Compares the plan with what lives.</summary>
    public Task LookAsync() => Audit.LookAsync(new LivingThings([.. Networks], []), default);

    /// <summary>Compares the plan with what lives once that is due, which is so far away.</summary>
    public async Task LookWhenDueAsync(TimeSpan wait)
    {
        Audit.UntilLook.ShouldBe(wait);
        Pass(wait);
        await LookAsync();
    }

    public void Pass(TimeSpan time) => _clock.Now += time;

    /// <summary>Compares so often, and so long after, that what is to be given back is.</summary>
    public async Task LookLongEnoughAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            Pass(TimeSpan.FromMinutes(6));
            await LookAsync();
        }
    }

    /// <summary>All claims, "ADDRESS HOLDER", in the order of their text.</summary>
    public async Task<IReadOnlyList<string>> ClaimsAsync() =>
        [.. (await Plan.ReadAllAsync(default)).SelectMany(p => p.Claims.Select(c => $"{(p.Pool.Vrf.Length > 0 ? p.Pool.Vrf + " " : "")}{c.Key} {c.Value}")).Order(StringComparer.Ordinal)];

    /// <summary>All pools, "SUBNET HOST…".</summary>
    public async Task<IReadOnlyList<string>> PoolsAsync() => [.. (await Plan.ReadAllAsync(default)).Select(p => $"{p.Pool.Subnet} {string.Join(' ', p.Hosts.Keys)}")];

    static NetworkRecord NetworkRecordOf(string id, string subnet, string? gateway, string vrf, string[] auxiliary) => new()
    {
        Id = new NetworkId(id),
        Options = new NetworkOptions(),
        Logical = new LogicalSwitch(id, PortSecurity: false) { Vrf = vrf.Length > 0 ? vrf : null },
        Subnets = [new Subnet(AddressPool.SubnetOf(subnet)!.Value, gateway is null ? null : IPAddress.Parse(gateway)) { Auxiliary = [.. auxiliary.Select(IPAddress.Parse)] }],
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops.Select(l => l.ContinueWith(static _ => { }, TaskScheduler.Default)));
        _host.Dispose();
        await _vswitch.DisposeAsync();
        _stop.Dispose();
        Log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
