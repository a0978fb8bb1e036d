using System.Diagnostics;
using System.Text.Json;
using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>With <c>--ipam-driver ovn</c> all hosts share one address plan.</summary>
[Collection(FragileClusterDefinition.Name)]
public sealed class AddressPlanTests(FragileCluster cluster) : ClusterTest(cluster)
{
    const string Shared = "--ipam-driver ovn --subnet 10.87.0.0/24";

    public override async Task DisposeAsync()
    {
        await Central.StartAsync("ovn-nb");
        foreach (var daemon in new[] { "hawser", "dockerd" }) await Two.StartAsync(daemon);
        await base.DisposeAsync();
        try
        {
            await Eventually.TrueAsync(async () => (await PoolsAsync()).Length == 0, "a pool is left in the address plan");
        }
        finally
        {
            // The next test is not to fail for what this one left.
            await Central.NbctlAsync("--all destroy Address_Set");
        }
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task Containers_of_two_hosts_get_different_addresses_and_reach_each_other()
    {
        await CreateNetworksAsync(Shared);
        var web = await One.WebAsync("--network net1");
        var client = await Two.SleepAsync("--network net1");
        (await client.FetchAsync($"http://{await OvnAddressAsync(web)}")).ShouldBe("web");
        (await OvnAddressAsync(client)).ShouldNotBe(await OvnAddressAsync(web));
    }

    [Fact]
    public async Task Two_hundred_containers_started_from_two_hosts_at_once_have_two_hundred_addresses()
    {
        using var storm = await Storm.BeginAsync();
        await CreateNetworksAsync($"{Shared} --internal");
        const string Start = "seq 100 | xargs -P4 -I{} docker run -d --stop-timeout 1 --network net1 busybox sleep 1h >/dev/null";
        await Task.WhenAll(One.RunAsync(Start, TimeSpan.FromMinutes(5)), Two.RunAsync(Start, TimeSpan.FromMinutes(5)));
        var given = (await AllAddressesAsync(One)).Concat(await AllAddressesAsync(Two)).ToList();
        given.Count.ShouldBe(200);
        given.Distinct().Count().ShouldBe(200);
        (await ClaimsAsync()).Count(c => c.Holder == One.Name || c.Holder == Two.Name).ShouldBe(200);

        // Half of them end with their dockerd.
        await Two.RestartAfterKillAsync("dockerd");
        await Eventually.TrueAsync(async () => (await Central.NamesAsync("Logical_Switch_Port")).Length == 100, "the dead containers' ports are there", TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(async () => (await ClaimsAsync()).All(c => c.Holder != Two.Name), "the dead containers' addresses are claimed", TimeSpan.FromMinutes(2));
        (await ClaimsAsync()).Where(c => c.Holder == One.Name).Select(c => c.Address).ShouldBe(await AllAddressesAsync(One), ignoreOrder: true);
    }

    [Fact]
    public async Task An_address_goes_back_with_its_container()
    {
        await CreateNetworksAsync(Shared);
        var client = await One.SleepAsync("--network net1 --ip 10.87.0.77");
        await client.RemoveAsync();
        await (await Two.SleepAsync("--network net1 --ip 10.87.0.77")).RemoveAsync();
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task An_address_that_another_host_uses_is_refused_and_its_holder_named()
    {
        await CreateNetworksAsync(Shared);
        await One.SleepAsync("--network net1 --ip 10.87.0.77");
        var refused = await Two.TryDockerAsync("run -d --name second --network net1 --ip 10.87.0.77 busybox sleep 1h");
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain($"address 10.87.0.77 is taken by a container on host {One.Name}");
    }

    [Fact]
    public async Task A_second_container_of_the_same_host_is_refused_and_the_first_keeps_its_address()
    {
        await CreateNetworksAsync(Shared);
        await One.SleepAsync("--network net1 --ip 10.87.0.77", "first");
        (await One.TryDockerAsync("run -d --name second --network net1 --ip 10.87.0.77 busybox sleep 1h")).Succeeded.ShouldBeFalse();
        await One.DockerAsync("rm -f second");
        (await ClaimsAsync()).ShouldContain(c => c.Address == "10.87.0.77" && c.Holder == One.Name);
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task All_hosts_have_one_gateway_and_nobody_else_gets_its_address()
    {
        await CreateNetworksAsync(Shared);
        (await ClaimsAsync()).ShouldBe([("10.87.0.1", "gateway")]);
        var refused = await One.TryDockerAsync("run -d --name client --network net1 --ip 10.87.0.1 busybox sleep 1h");
        refused.Output.ShouldContain("address 10.87.0.1 is taken by the gateway");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_chosen_gateway_and_an_auxiliary_address_are_kept_out_on_every_host()
    {
        await CreateNetworksAsync($"{Shared} --gateway 10.87.0.254 --aux-address printer=10.87.0.9");
        (await ClaimsAsync()).ShouldBe([("10.87.0.9", "auxiliary"), ("10.87.0.254", "gateway")], ignoreOrder: true);
        await One.DockerAsync("network rm net1");
        (await Two.TryDockerAsync("run -d --name client --network net1 --ip 10.87.0.9 busybox sleep 1h")).Output.ShouldContain("address 10.87.0.9 is taken by an --aux-address");
    }

    [Fact]
    public async Task A_range_limits_what_is_chosen_and_a_full_one_says_so()
    {
        await One.CreateNetworkAsync($"{Shared} --ip-range 10.87.0.128/30 --internal");
        var given = new List<string>();
        for (var i = 0; i < 4; i++) given.Add(await OvnAddressAsync(await One.SleepAsync("--network net1", $"client{i}")));
        given.ShouldBe(["10.87.0.128", "10.87.0.129", "10.87.0.130", "10.87.0.131"], ignoreOrder: true);
        var refused = await One.TryDockerAsync("run -d --name late --network net1 busybox sleep 1h");
        refused.Output.ShouldContain("pool 10.87.0.128/30 has no free address");
        await One.SleepAsync("--network net1 --ip 10.87.0.7", "chosen");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_network_without_a_subnet_gets_one_that_no_other_has()
    {
        for (var i = 1; i <= 3; i++) await CreateNetworksAsync("--ipam-driver ovn", $"net{i}");
        var subnets = (await SubnetsAsync(One)).Concat(await SubnetsAsync(Two)).ToList();
        subnets.Count.ShouldBe(6);
        subnets.Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public async Task An_overlapping_subnet_is_refused_and_named()
    {
        await One.CreateNetworkAsync(Shared);
        var refused = await Two.TryDockerAsync("network create -d ovn --ipam-driver ovn --subnet 10.87.0.0/16 net2");
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain("subnet 10.87.0.0/16 overlaps with 10.87.0.0/24");
        await Two.CreateNetworkAsync("--ipam-driver ovn --ipam-opt ovn.vrf=blue -o ovn.switch=blue --subnet 10.87.0.0/16", "net2");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task IPv6_addresses_are_in_the_plan_too()
    {
        await CreateNetworksAsync($"{Shared} --ipv6 --subnet fd00:87::/64");
        var web = await One.WebAsync("--network net1");
        var client = await Two.SleepAsync("--network net1");
        (await client.FetchAsync($"http://[{await OvnAddressAsync(web, 6)}]")).ShouldBe("web");
        (await OvnAddressAsync(client, 6)).ShouldNotBe(await OvnAddressAsync(web, 6));
    }

    [Fact]
    public async Task An_address_that_could_not_be_given_back_goes_back_later()
    {
        await CreateNetworksAsync($"{Shared} --internal");
        var client = await Two.SleepAsync("--network net1 --ip 10.87.0.77");
        await Central.KillAsync("ovn-nb");
        await client.RemoveAsync();
        await Central.StartAsync("ovn-nb");
        await Eventually.TrueAsync(async () => (await ClaimsAsync()).All(c => c.Address != "10.87.0.77"), "10.87.0.77 is claimed", TimeSpan.FromSeconds(29));
    }

    [Fact]
    public async Task Without_the_database_a_container_fails_in_time()
    {
        await CreateNetworksAsync($"{Shared} --internal");
        await Central.KillAsync("ovn-nb");
        var clock = Stopwatch.StartNew();
        var refused = await Two.TryDockerAsync("run -d --name client --network net1 busybox sleep 1h");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        refused.Output.ShouldContain("OVN's northbound database at tcp:");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_lost_database_is_filled_again_with_the_addresses_of_running_containers()
    {
        await CreateNetworksAsync($"{Shared} --internal --aux-address printer=10.87.0.9");
        await One.SleepAsync("--network net1 --ip 10.87.0.11");
        await Two.SleepAsync("--network net1 --ip 10.87.0.22");
        await Central.StopAsync("ovn-nb");
        await Central.RunAsync("rm /var/lib/ovn/ovnnb_db.db");
        await Central.StartAsync("ovn-nb");
        await Eventually.TrueAsync(
            async () => (await ClaimsAsync()).Order().SequenceEqual([("10.87.0.1", "gateway"), ("10.87.0.11", One.Name), ("10.87.0.22", Two.Name), ("10.87.0.9", "auxiliary")]),
            "the plan is not as it was", TimeSpan.FromSeconds(10));
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task What_a_dead_host_held_can_be_seen_and_released()
    {
        await CreateNetworksAsync($"{Shared} --internal");
        await Two.SleepAsync("--network net1 --ip 10.87.0.22");
        foreach (var daemon in new[] { "hawser", "dockerd" }) await Two.KillAsync(daemon);
        (await One.HawserAsync("ipam list --addresses")).Text.ShouldMatch($"10.87.0.22 +{Two.Name}");
        (await One.HawserAsync($"ovn forget {Two.Name}")).Text
            .ShouldContain($"host {Two.Name}: 1 addresses in 1 pools, 1 ports, a share in 1 switches");
        await One.HawserAsync($"ipam release {Two.Name} --yes");
        (await Central.NamesAsync("Logical_Switch_Port")).ShouldBeEmpty();
        (await ClaimsAsync()).ShouldBe([("10.87.0.1", "gateway")]);
        (await One.TryRunAsync($"hawser ovn forget {One.Name} --yes")).Output.ShouldContain("is this one, and lives");
        await Two.StartAsync("hawser");
        await Two.StartAsync("dockerd");
        await One.SleepAsync("--network net1 --ip 10.87.0.22");
    }

    async Task<JsonElement[]> PoolsAsync() => [.. JsonDocument.Parse((await One.HawserAsync("ipam list --json")).Stdout).RootElement.GetProperty("pools").EnumerateArray()];

    async Task<(string Address, string Holder)[]> ClaimsAsync() =>
        [.. (await PoolsAsync()).SelectMany(p => p.GetProperty("addresses").EnumerateArray()).Select(a => (a.GetProperty("address").GetString()!, a.GetProperty("holder").GetString()!))];

    static async Task<string> OvnAddressAsync(Container container, int family = 4) =>
        (await container.AddressesAsync(family)).First(a => a.StartsWith("10.87.", StringComparison.Ordinal) || a.StartsWith("fd00:87:", StringComparison.Ordinal)).Split('/')[0];

    static async Task<string[]> AllAddressesAsync(LabHost host) =>
        (await host.DockerAsync("inspect -f '{{.NetworkSettings.Networks.net1.IPAddress}}' $(docker ps -q)")).Text.Split('\n');

    static async Task<string[]> SubnetsAsync(LabHost host) =>
        (await host.DockerAsync("network inspect -f '{{range .IPAM.Config}}{{.Subnet}}{{end}}' $(docker network ls -q --filter driver=ovn)")).Text.Split('\n');
}
