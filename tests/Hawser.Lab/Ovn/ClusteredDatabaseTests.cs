using System.Globalization;
using Hawser.Lab.Harness;
using Xunit.Abstractions;

namespace Hawser.Lab.Ovn;

/// <summary>Members of the databases' cluster die, and a host is cut off from it.</summary>
[Collection(RaftClusterDefinition.Name)]
public sealed class ClusteredDatabaseTests(RaftCluster cluster, ITestOutputHelper output) : IAsyncLifetime
{
    const string Network = "--ipam-driver ovn --subnet 10.89.0.0/24 --internal";
    const string Databases = "OUTPUT -p tcp --dport 6641:6642 -j DROP";

    readonly List<Leaks> _leaks = [];

    ChassisHost One => cluster.Chassis[0];

    ChassisHost Two => cluster.Chassis[1];

    public async Task InitializeAsync()
    {
        foreach (var host in cluster.Chassis) _leaks.Add(await Leaks.SnapshotAsync(host));
    }

    public async Task DisposeAsync()
    {
        foreach (var member in cluster.Members)
            foreach (var daemon in new[] { "ovn-nb", "ovn-sb", "ovn-northd" }) await member.StartAsync(daemon);
        await Two.RunAsync($"iptables -D {Databases} 2>/dev/null; true");
        foreach (var host in cluster.Chassis)
        {
            await Eventually.SucceedsAsync(() => host.TryRunAsync("hawser ovn status"));
            await host.RemoveAllAsync();
        }
        foreach (var leaks in _leaks) await leaks.CheckAsync();
        await Eventually.TrueAsync(
            async () => await CountAsync("Logical_Switch") + await CountAsync("Logical_Switch_Port") + await CountAsync("Address_Set") == 0,
            "something is left in OVN's northbound database", TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task While_leaders_die_containers_start_or_fail_cleanly()
    {
        await CreateNetworksAsync();
        using var stop = new CancellationTokenSource();
        var killing = KillLeadersAsync(stop.Token);
        const string Start = "seq 50 | xargs -P8 -I{} sh -c 'docker run -d --stop-timeout 1 --network net1 busybox sleep 1h || true'";
        await Task.WhenAll(cluster.Chassis.Select(h => h.RunAsync(Start, TimeSpan.FromMinutes(5))));
        await stop.CancelAsync();
        var kills = await killing;
        kills.ShouldBeGreaterThan(1);

        var addresses = (await Task.WhenAll(cluster.Chassis.Select(RunningAddressesAsync))).SelectMany(a => a).ToList();
        addresses.Count.ShouldBeGreaterThan(0);
        output.WriteLine($"{addresses.Count} of 100 containers run after {kills} deaths");
        addresses.Distinct().Count().ShouldBe(addresses.Count);
        await Eventually.TrueAsync(async () => await CountAsync("Logical_Switch_Port") == addresses.Count, "there are not as many ports as containers", TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_host_that_is_cut_off_keeps_its_containers_talking_and_catches_up()
    {
        await CreateNetworksAsync();
        await One.SleepAsync("--network net1 --ip 10.89.0.10");
        var client = await Two.SleepAsync("--network net1 --ip 10.89.0.20");
        var doomed = await Two.SleepAsync("--network net1 --ip 10.89.0.30", "doomed");
        await client.ReachesAsync("10.89.0.10");

        await Two.RunAsync($"iptables -I {Databases}");
        for (var i = 0; i < 5; i++) (await client.CountLostAsync("10.89.0.10")).ShouldBe(0);
        (await Two.TryDockerAsync("run -d --name late --network net1 busybox sleep 1h")).Output.ShouldContain("OVN's northbound database at");
        await doomed.RemoveAsync();
        (await client.CountLostAsync("10.89.0.10")).ShouldBe(0);
        await Two.RunAsync($"iptables -D {Databases}");

        await Two.DockerAsync("rm -f late");
        await Eventually.SucceedsAsync(() => Two.TryRunAsync("hawser status"), TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(async () => await CountAsync("Logical_Switch_Port") == 2, "the port of what was removed meanwhile is there", TimeSpan.FromMinutes(1));
        await (await Two.SleepAsync("--network net1", "late")).ReachesAsync("10.89.0.10");
    }

    async Task CreateNetworksAsync() => await Task.WhenAll(cluster.Chassis.Select(h => h.CreateNetworkAsync(Network)));

    static async Task<string[]> RunningAddressesAsync(LabHost host) =>
        (await host.DockerAsync("inspect -f '{{.NetworkSettings.Networks.net1.IPAddress}}' $(docker ps -q)")).Text.Split('\n');

    async Task<int> KillLeadersAsync(CancellationToken stop)
    {
        var kills = 0;
        while (!stop.IsCancellationRequested)
        {
            foreach (var member in cluster.Members)
            {
                if (!await member.LeadsNorthboundAsync()) continue;
                await member.RestartAfterKillAsync("ovn-nb");
                kills++;
            }
            // The deaths are some seconds apart: a cluster whose members die faster than they elect has no leader at all.
            await Task.Delay(TimeSpan.FromSeconds(8), CancellationToken.None);
        }
        return kills;
    }

    async Task<int> CountAsync(string table) => int.Parse(
        (await One.RunAsync($"ovn-nbctl --timeout=20 --db=$(ovs-vsctl get Open_vSwitch . external_ids:ovn-nb | tr -d '\"') --bare --columns=_uuid list {table} | grep -c . || true")).Text,
        CultureInfo.InvariantCulture);
}
