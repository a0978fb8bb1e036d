using System.Text.Json;
using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>The address plan is one for all hosts, whatever their version of Docker.</summary>
public sealed class MixedFleetTests(MixedFleet fleet) : IClassFixture<MixedFleet>, IAsyncLifetime
{
    const string Network = "--ipam-driver ovn --internal --subnet 10.87.0.0/29";

    readonly List<Leaks> _leaks = [];

    ChassisHost Newest => fleet.Hosts[^1];

    public async Task InitializeAsync()
    {
        foreach (var host in fleet.Hosts) _leaks.Add(await Leaks.SnapshotAsync(host));
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(fleet.Hosts.Select(h => h.RemoveAllAsync()));
        foreach (var leaks in _leaks) await leaks.CheckAsync();
        await Eventually.TrueAsync(
            async () => (await fleet.Central.NamesAsync("Logical_Switch")).Length == 0
                && (await fleet.Central.NamesAsync("Address_Set")).Length == 0,
            "something is left in OVN's northbound database");
    }

    [Fact]
    public async Task The_gateway_of_one_version_of_Docker_is_no_container_of_another_and_no_address_is_given_twice()
    {
        var versions = await Task.WhenAll(fleet.Hosts.Select(h => h.DockerAsync("version -f '{{.Server.Version}}'")));
        versions.Select(v => v.Text).ShouldBeUnique();

        // The newest Docker comes first and fills the pool.
        await Newest.CreateNetworkAsync(Network);
        for (var i = 0; i < 5; i++) await Newest.SleepAsync("--network net1", $"client{i}");
        var refused = await Newest.TryDockerAsync("run -d --name late --network net1 busybox sleep 1h");
        refused.Output.ShouldContain("pool 10.87.0.0/29 has no free address");
        await Newest.DockerAsync("rm -f late");
        (await AddressesAsync(Newest)).ShouldBe(["10.87.0.2", "10.87.0.3", "10.87.0.4", "10.87.0.5", "10.87.0.6"], ignoreOrder: true);

        for (var i = 0; i < fleet.Hosts.Count - 1; i++)
        {
            var older = fleet.Hosts[i];
            await older.CreateNetworkAsync(Network);
            await new Container(Newest, $"client{i}").RemoveAsync();
            var client = await older.SleepAsync("--network net1");
            await client.ReachesAsync((await AddressesAsync(Newest))[0]);
        }

        var given = (await Task.WhenAll(fleet.Hosts.Select(AddressesAsync))).SelectMany(a => a).ToList();
        given.Count.ShouldBe(5);
        given.ShouldBeUnique();
        (await ClaimedAsync()).ShouldBe(given.Append("10.87.0.1"), ignoreOrder: true);
    }

    [Fact]
    public async Task A_gateway_that_is_a_container_of_another_version_of_Docker_is_refused_and_the_containers_host_named()
    {
        await Newest.CreateNetworkAsync(Network);
        await Newest.SleepAsync("--network net1 --ip 10.87.0.6");
        var refused = await fleet.Hosts[0].TryDockerAsync($"network create -d ovn {Network} --gateway 10.87.0.6 net1");
        refused.Output.ShouldContain($"address 10.87.0.6 is taken by a container on host {Newest.Name}");
    }

    static async Task<string[]> AddressesAsync(LabHost host) =>
        (await host.DockerAsync("inspect -f '{{.NetworkSettings.Networks.net1.IPAddress}}' $(docker ps -q)")).Text.Split('\n');

    async Task<string[]> ClaimedAsync() =>
    [
        .. JsonDocument.Parse((await Newest.HawserAsync("ipam list --json")).Stdout).RootElement
            .GetProperty("pools")[0].GetProperty("addresses").EnumerateArray().Select(a => a.GetProperty("address").GetString()!),
    ];
}
