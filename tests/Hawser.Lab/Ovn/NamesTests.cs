using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>Docker's resolver knows the containers of one host. The others' names are answered for by OVN.</summary>
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
