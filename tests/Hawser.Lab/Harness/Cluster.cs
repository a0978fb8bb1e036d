namespace Hawser.Lab.Harness;

/// <summary>The host of OVN's databases and of ovn-northd, without Docker.</summary>
public sealed class CentralHost(string kind) : LabHost(kind, "--no-docker", "--ovn-central")
{
    /// <summary>ovn-nbctl.</summary>
    public async Task<string> NbctlAsync(string arguments) => (await RunAsync("ovn-nbctl --timeout=10 " + arguments)).Text;

    /// <summary>The names of the rows of tables of the northbound database.</summary>
    public async Task<string[]> NamesAsync(params string[] tables) =>
        (await NbctlAsync($"--bare -- {string.Join(" -- ", tables.Select(table => $"--columns=name list {table}"))}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A host with a member of clustered databases.</summary>
public sealed class MemberHost(string kind, string first) : LabHost(kind, "--no-docker", "--ovn-cluster", NameOf(first))
{
    public async Task<bool> LeadsNorthboundAsync() =>
        (await TryRunAsync("ovn-appctl -t /run/ovn/ovnnb_db.ctl cluster/status OVN_Northbound")).Stdout.Contains("Role: leader", StringComparison.Ordinal);
}

/// <summary>A host with Docker and hawser, tied to the databases of a central host or of its cluster.</summary>
public sealed class ChassisHost(string kind, string central) : LabHost(kind, "--hawser", "--ovn", NameOf(central))
{
    protected override string Uplink => "br-phy";

    /// <summary>docker network create -d ovn OPTIONS NAME</summary>
    public Task<CommandResult> CreateNetworkAsync(string options, string name = "net1") => DockerAsync($"network create -d ovn {options} {name}");

    /// <summary>Whether Open vSwitch knows the MAC address of another host, which its tunnels in userspace need before they send.</summary>
    public async Task<bool> KnowsAsync(ChassisHost other) =>
        (await TryRunAsync($"ovs-appctl tnl/neigh/show | grep -v STALE | grep -w {other.Address} | grep -w br-phy")).Succeeded;

    /// <summary>Gives Docker the host's servers as the manual says, or takes them from it.</summary>
    public async Task GiveDockerDnsAsync(bool isGiven)
    {
        if (isGiven)
        {
            await HawserAsync("ovn setup --docker-dns");
        }
        else
        {
            await RunAsync("without=$(jq 'del(.dns)' /etc/docker/daemon.json) && echo \"$without\" >/etc/docker/daemon.json");
            await RunAsync("ovs-vsctl remove Open_vSwitch . external_ids hawser-docker-dns");
        }
        await RestartDockerAsync();
    }

    public async Task RestartDockerAsync()
    {
        await StopAsync("dockerd");
        await StartAsync("dockerd");
    }
}

/// <summary>OVN on three machines: its databases, and two hosts with containers.</summary>
public class Cluster : IAsyncLifetime
{
    public Cluster() : this("")
    {
    }

    protected Cluster(string prefix)
    {
        Central = new($"{prefix}central");
        One = new($"{prefix}one", $"{prefix}central");
        Two = new($"{prefix}two", $"{prefix}central");
    }

    public CentralHost Central { get; }

    public ChassisHost One { get; }

    public ChassisHost Two { get; }

    public async Task InitializeAsync()
    {
        await Central.InitializeAsync();
        await Task.WhenAll(One.InitializeAsync(), Two.InitializeAsync());
        await GiveDockerDnsAsync();
    }

    /// <summary>Gives Docker the host's servers where its version would ask them from the host, and none elsewhere.</summary>
    public async Task GiveDockerDnsAsync()
    {
        foreach (var host in new[] { One, Two })
        {
            var isGiven = (await host.TryRunAsync("jq -e .dns /etc/docker/daemon.json")).Succeeded;
            var isNeeded = !await host.AsksFromTheContainerAsync();
            if (isGiven != isNeeded) await host.GiveDockerDnsAsync(isNeeded);
        }
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(Two.DisposeAsync(), One.DisposeAsync());
        await Central.DisposeAsync();
    }
}

/// <summary>One whose daemons are killed.</summary>
public sealed class FragileCluster() : Cluster("fragile-");

[CollectionDefinition(Name)]
public sealed class ClusterDefinition : ICollectionFixture<Cluster>
{
    public const string Name = "hosts on one OVN";
}

[CollectionDefinition(Name)]
public sealed class FragileClusterDefinition : ICollectionFixture<FragileCluster>
{
    public const string Name = "hosts on one OVN whose daemons are killed";
}

/// <summary>A test on two hosts: whatever it starts is removed afterwards, and then nothing may be left, in OVN's database neither.</summary>
[Collection(ClusterDefinition.Name)]
public abstract class ClusterTest(Cluster cluster) : IAsyncLifetime, IDisposable
{
    readonly List<Leaks> _leaks = [];
    Lane? _lane;

    protected CentralHost Central => cluster.Central;

    protected ChassisHost One => cluster.One;

    protected ChassisHost Two => cluster.Two;

    protected Cluster Cluster => cluster;

    public virtual async Task InitializeAsync()
    {
        _lane = await Lane.EnterAsync(this, Central, One, Two);
        _leaks.AddRange(await Task.WhenAll(Leaks.SnapshotAsync(One), Leaks.SnapshotAsync(Two)));
    }

    public virtual async Task DisposeAsync()
    {
        await Task.WhenAll(One.RemoveAllAsync(), Two.RemoveAllAsync());
        await Task.WhenAll(_leaks.Select(leaks => leaks.CheckAsync()));
        await NothingIsLeftInOvnAsync();
    }

    /// <summary>Runs also where the start failed.</summary>
    public void Dispose()
    {
        _lane?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The same network on both hosts.</summary>
    protected Task CreateNetworksAsync(string options, string name = "net1") =>
        Task.WhenAll(One.CreateNetworkAsync(options, name), Two.CreateNetworkAsync(options, name));

    async Task NothingIsLeftInOvnAsync()
    {
        string[] left = [];
        try
        {
            await Eventually.PollAsync(
                async () => (left = await Central.NamesAsync("Logical_Switch", "Logical_Switch_Port", "Logical_Router")).Length == 0,
                () => $"left behind in OVN's northbound database: {string.Join(", ", left)}",
                TimeSpan.FromSeconds(15));
        }
        finally
        {
            // The next test is not to fail for what this one left.
            foreach (var name in left) await Central.NbctlAsync($"--if-exists ls-del {name} -- --if-exists lr-del {name}");
        }
    }
}
