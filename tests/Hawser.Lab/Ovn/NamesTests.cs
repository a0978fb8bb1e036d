using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>Docker's resolver knows the containers of one host. The others' names are answered for by OVN.</summary>
[Trait("DependsOn", "versions")]
public sealed class NamesTests(Cluster cluster) : ClusterTest(cluster)
{
    const string Plan = "--ipam-driver ovn -o ovn.vrf=red --subnet";

    OutsideResolver? _resolver;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _resolver = await LabHost.ResolveOutsideAsync();
    }

    public override async Task DisposeAsync()
    {
        _resolver?.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_container_of_another_host_is_found_by_its_name_and_its_aliases()
    {
        await CreateNetworksAsync($"{Plan} 10.93.1.0/24");
        await One.WebAsync("--network net1 --network-alias shop --network-alias Store");
        var client = await Two.SleepAsync("--network net1");
        foreach (var name in new[] { "web", "shop", "store", "web.net1", "shop.net1" }) (await client.FetchAsync($"http://{name}")).ShouldBe("web");
    }

    [Fact]
    public async Task Another_network_of_the_domain_finds_it_by_name_and_network_only()
    {
        await CreateNetworksAsync($"{Plan} 10.93.1.0/24", "front");
        await CreateNetworksAsync($"{Plan} 10.93.2.0/24", "back");
        await One.WebAsync("--network front");
        var client = await Two.SleepAsync("--network back");
        (await client.FetchAsync("http://web.front")).ShouldBe("web");
        await client.DoesNotFetchAsync("http://web");
    }

    [Fact]
    public async Task A_network_that_joins_the_domain_later_finds_it_too()
    {
        await One.CreateNetworkAsync($"{Plan} 10.93.1.0/24", "front");
        await One.WebAsync("--network front");
        await Two.CreateNetworkAsync($"{Plan} 10.93.2.0/24", "back");
        (await (await Two.SleepAsync("--network back")).FetchAsync("http://web.front")).ShouldBe("web");
    }

    [Fact]
    public async Task Another_domain_does_not_find_it()
    {
        await CreateNetworksAsync($"{Plan} 10.93.1.0/24", "front");
        await CreateNetworksAsync("--ipam-driver ovn -o ovn.vrf=blue --subnet 10.93.2.0/24", "back");
        await One.WebAsync("--network front");
        await (await Two.SleepAsync("--network front", "near")).FetchAsync("http://web");
        var far = await Two.SleepAsync("--network back", "far");
        await far.DoesNotFetchAsync("http://web");
        await far.DoesNotFetchAsync("http://web.front");
    }

    [Fact]
    public async Task A_network_in_no_domain_finds_it_by_asking_at_its_gateway()
    {
        await CreateNetworksAsync("--ipam-driver ovn -o ovn.dns=true --subnet 10.93.1.0/24");
        await One.WebAsync("--network net1 --network-alias shop");
        var client = await Two.SleepAsync($"--network net1 --dns 10.93.1.1 --dns {LabHost.OutsideAddress}");
        foreach (var name in new[] { "web", "shop", "web.net1" }) (await client.FetchAsync($"http://{name}")).ShouldBe("web");
    }

    [Fact]
    public async Task An_internal_network_can_be_asked_likewise()
    {
        await CreateNetworksAsync("--internal --ipam-driver ovn -o ovn.dns=true --subnet 10.93.1.0/24");
        var address = await (await One.WebAsync("--network net1")).AddressAsync();
        var client = await Two.SleepAsync("--network net1");
        // Not by way of Docker's resolver, which forwards nothing there in some of its versions.
        await Eventually.TrueAsync(async () => (await client.TryExecAsync("nslookup -type=a web 10.93.1.1")).Output.Contains(address, StringComparison.Ordinal), $"web is not {address}");
    }

    [Fact]
    public async Task What_nobody_is_called_is_asked_of_the_next_server_at_once()
    {
        await One.CreateNetworkAsync("-o ovn.dns=true --subnet 10.93.1.0/24");
        var client = await One.SleepAsync($"--network net1 --dns 10.93.1.1 --dns {LabHost.OutsideAddress}");
        // Docker's resolver gives a server that is silent four seconds.
        (await client.TryExecAsync("timeout 3 nslookup unknown.example")).Output.ShouldContain("NXDOMAIN");
    }

    [Fact]
    public async Task The_gateway_answers_again_after_state_and_router_were_lost()
    {
        await One.CreateNetworkAsync("-o ovn.dns=true --subnet 10.93.1.0/24");
        var client = await One.SleepAsync("--network net1");
        await Eventually.SucceedsAsync(() => client.TryExecAsync("ping -c1 -W1 10.93.1.1"));
        await One.KillAsync("hawser");
        await One.RunAsync("rm -rf /var/lib/hawser/* /run/hawser/*");
        await Central.NbctlAsync("lr-del hawser-dns:hawser-10.93.1.0/24");
        await Eventually.TrueAsync(async () => !(await client.TryExecAsync("ping -c1 -W1 10.93.1.1")).Succeeded, "the router that was deleted answers");
        await One.StartAsync("hawser");
        await Eventually.SucceedsAsync(() => client.TryExecAsync("ping -c1 -W1 10.93.1.1"));
    }

    [Fact]
    public async Task A_switch_has_one_router_and_keeps_none()
    {
        await Central.NbctlAsync("ls-add office");
        await One.CreateNetworkAsync("-o ovn.switch=office -o ovn.dns=true --subnet 10.93.1.0/24");
        (await Two.TryDockerAsync("network create -d ovn -o ovn.switch=office -o ovn.vrf=red --subnet 10.93.1.0/24 net1"))
            .Output.ShouldContain("option ovn.vrf: \"red\" is not allowed: other networks have logical switch office with ovn.dns and in no domain");
        await One.DockerAsync("network rm net1");
        await Two.CreateNetworkAsync("-o ovn.switch=office -o ovn.vrf=red --subnet 10.93.1.0/24");
        (await One.TryDockerAsync("network create -d ovn -o ovn.switch=office -o ovn.dns=true --subnet 10.93.1.0/24 net1"))
            .Output.ShouldContain("option ovn.dns: \"true\" is not allowed: other networks have logical switch office in domain red");
        await Two.DockerAsync("network rm net1");
        (await Central.NamesAsync("Logical_Router")).ShouldBeEmpty();
        await One.CreateNetworkAsync("-o ovn.switch=office -o ovn.dns=true --subnet 10.93.1.0/24");
        (await Two.TryDockerAsync("network create -d ovn -o ovn.switch=office --subnet 10.93.1.0/24 net1"))
            .Output.ShouldContain("option ovn.dns: \"false\" is not allowed: other networks have logical switch office with it");
        await One.DockerAsync("network rm net1");
        (await Central.NamesAsync("Logical_Router")).ShouldBeEmpty();
        (await Central.NamesAsync("Logical_Switch_Port")).ShouldBeEmpty();
        await Central.NbctlAsync("ls-del office");
    }

    [Fact]
    public async Task IPv6_addresses_are_told_too()
    {
        await CreateNetworksAsync($"{Plan} 10.93.1.0/24 --ipv6 --subnet fd00:93:1::/64");
        var web = await One.WebAsync("--network net1");
        var client = await Two.SleepAsync("--network net1");
        var address = await web.AddressAsync(6);
        await Eventually.TrueAsync(async () => (await client.TryExecAsync("nslookup -type=aaaa web")).Output.Contains(address, StringComparison.Ordinal), $"web is not {address}");
    }

    [Fact]
    public async Task A_name_goes_with_its_container_and_follows_a_new_name()
    {
        await CreateNetworksAsync($"{Plan} 10.93.1.0/24");
        var web = await One.WebAsync("--network net1");
        var client = await Two.SleepAsync("--network net1");
        (await client.FetchAsync("http://web")).ShouldBe("web");
        await One.DockerAsync("rename web shop");
        (await client.FetchAsync("http://shop")).ShouldBe("web");
        await One.DockerAsync("rm -f shop");
        await Eventually.TrueAsync(async () => (await Central.NbctlAsync("--bare --columns=records list DNS")) is var records && !records.Contains("shop", StringComparison.Ordinal) && records.Contains("client", StringComparison.Ordinal), "shop is still in table DNS");
    }

    [Fact]
    public async Task Containers_with_one_alias_are_all_its_addresses()
    {
        await CreateNetworksAsync($"{Plan} 10.93.1.0/24");
        await One.WebAsync("--network net1 --network-alias shop --ip 10.93.1.11", "web1");
        await One.WebAsync("--network net1 --network-alias shop --ip 10.93.1.12", "web2");
        var client = await Two.SleepAsync("--network net1");
        await Eventually.TrueAsync(async () => (await client.TryExecAsync("nslookup -type=a shop")).Output is var answer && answer.Contains("10.93.1.11", StringComparison.Ordinal) && answer.Contains("10.93.1.12", StringComparison.Ordinal), "shop has not both addresses");
    }

    [Theory]
    [InlineData("dns-del")]
    [InlineData("hawser")]
    public async Task Names_survive(string what)
    {
        await CreateNetworksAsync($"{Plan} 10.93.1.0/24");
        await One.WebAsync("--network net1");
        var client = await Two.SleepAsync("--network net1");
        await client.FetchAsync("http://web");
        if (what == "hawser") await One.RestartAfterKillAsync("hawser");
        else await Central.NbctlAsync("--all destroy DNS");
        (await client.FetchAsync("http://web")).ShouldBe("web");
        (await client.FetchAsync("http://web.net1")).ShouldBe("web");
    }
}
