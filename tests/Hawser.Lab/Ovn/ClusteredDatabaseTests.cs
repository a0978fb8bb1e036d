using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hawser.Lab.Harness;
using Xunit.Abstractions;

namespace Hawser.Lab.Ovn;

/// <summary>Members of the databases' cluster die, and a host is cut off from it.</summary>
[Collection(RaftClusterDefinition.Name)]
public sealed class ClusteredDatabaseTests(RaftCluster cluster, ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    const string Network = "--ipam-driver ovn --subnet 10.89.0.0/24 --internal";
    const string Databases = "OUTPUT -p tcp --dport 6641:6642 -j DROP";

    readonly List<Leaks> _leaks = [];
    Lane? _lane;

    ChassisHost One => cluster.Chassis[0];

    ChassisHost Two => cluster.Chassis[1];

    public async Task InitializeAsync()
    {
        _lane = await Lane.EnterAsync(this, [.. cluster.Chassis, .. cluster.Members]);
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

    public void Dispose() => _lane?.Dispose();

    [Fact]
    public async Task While_leaders_die_containers_start_or_fail_cleanly()
    {
        using var storm = await Storm.BeginAsync();
        await CreateNetworksAsync();
        using var stop = new CancellationTokenSource();
        var killing = KillLeadersAsync(stop.Token);
        const string Start = """
            seq 50 | xargs -P4 -I{} bash -c '
              why=$(docker run -d --stop-timeout 1 --network net1 busybox sleep 1h 2>&1) || echo FAILED after $SECONDS s: $why'
            """;
        var ends = await Task.WhenAll(cluster.Chassis.Select(h => h.RunAsync(Start, TimeSpan.FromMinutes(5))));
        await stop.CancelAsync();
        var kills = await killing;
        kills.ShouldBeGreaterThan(1);

        var failures = ends.SelectMany(e => e.Stdout.Split('\n')).Where(l => l.StartsWith("FAILED", StringComparison.Ordinal)).ToList();
        var addresses = (await Task.WhenAll(cluster.Chassis.Select(RunningAddressesAsync))).SelectMany(a => a).ToList();
        output.WriteLine($"{addresses.Count} of 100 containers run after {kills} deaths");
        // ovn-northd, too, looks for the leader again after each death.
        foreach (var failure in failures) failure.ShouldMatch("^FAILED after [1-3]?[0-9] s: .*(OVN's northbound database|ovn-controller has not installed the flows)");
        (addresses.Count + failures.Count).ShouldBe(100);
        addresses.ShouldNotBeEmpty();
        addresses.Distinct().Count().ShouldBe(addresses.Count);
        await Eventually.TrueAsync(async () => await CountAsync("Logical_Switch_Port") == addresses.Count, "there are not as many ports as containers", TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(async () => (await ClaimedAsync()).SequenceEqual(addresses.Append("10.89.0.1").Order()), "other addresses are claimed than the containers' and the gateway's", TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task While_there_is_no_leader_calls_fail_in_time_and_running_containers_are_not_affected()
    {
        await CreateNetworksAsync();
        await One.SleepAsync("--network net1 --ip 10.89.0.10");
        var client = await Two.SleepAsync("--network net1 --ip 10.89.0.20");
        await client.ReachesAsync("10.89.0.10");

        foreach (var member in cluster.Members.Skip(1)) await member.KillAsync("ovn-nb");
        await Eventually.TrueAsync(async () => !await cluster.Members[0].LeadsNorthboundAsync(), "a member without the others leads");
        foreach (var call in new[] { "network create -d ovn --ipam-driver ovn --subnet 10.90.0.0/24 net2", "run -d --name late --network net1 busybox sleep 1h" })
        {
            var clock = Stopwatch.StartNew();
            var refused = await Two.TryDockerAsync(call);
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            refused.Output.ShouldContain("OVN's northbound database at");
        }
        (await client.CountLostAsync("10.89.0.10")).ShouldBe(0);
        foreach (var member in cluster.Members.Skip(1)) await member.StartAsync("ovn-nb");
        await Two.DockerAsync("rm -f late");
        // ovn-northd looks for the leader at a pace of its own.
        await Eventually.SucceedsAsync(() => One.TryRunAsync(Nbctl("--wait=sb sync")), TimeSpan.FromMinutes(1));
        await (await Two.SleepAsync("--network net1", "late")).ReachesAsync("10.89.0.10");
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

    async Task<string[]> ClaimedAsync() => [.. JsonDocument.Parse((await One.HawserAsync("ipam list --json")).Stdout).RootElement.GetProperty("pools")[0].GetProperty("addresses")
        .EnumerateArray().Select(a => a.GetProperty("address").GetString()!).Order()];

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
        (await One.RunAsync(Nbctl($"--bare --columns=_uuid list {table} | grep -c . || true"))).Text, CultureInfo.InvariantCulture);

    static string Nbctl(string arguments) => "ovn-nbctl --timeout=20 --db=$(ovs-vsctl get Open_vSwitch . external_ids:ovn-nb | tr -d '\"') " + arguments;
}
