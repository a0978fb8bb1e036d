using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>
/// Beside a Docker with --firewall-backend=nftables. A packet passes both its tables and those of iptables: what either
/// drops is gone, and neither the policy of FORWARD nor a chain DOCKER-USER keeps out what Hawser does not.
/// </summary>
[Collection(Collections.Nftables)]
[Trait("DependsOn", "versions")]
public sealed class DockerNftablesTests(NftablesHost host) : LabTest(host)
{
    readonly int _port = LabHost.NextPort();

    [Fact]
    public async Task Docker_itself_has_a_way_out_by_its_tables_and_no_chain_in_iptables()
    {
        using var server = await LabHost.ServeOutsideAsync();
        var client = await SleepAsync("");
        (await client.FetchAsync(server.Who)).ShouldContain(Host.Address);
        (await Host.RunAsync("nft list table ip docker-bridges")).Text.ShouldContain("docker0");
        (await Host.RunAsync("iptables-save")).Text.ShouldNotContain("DOCKER");
        (await Host.RunAsync("iptables -S FORWARD | head -n1")).Text.ShouldBe("-P FORWARD ACCEPT");
    }

    [Fact]
    public async Task A_nat_network_reaches_the_outside_over_both_families()
    {
        using var server = await LabHost.ServeOutsideAsync();
        await CreateNetworkAsync("--ipv6 --subnet 10.81.0.0/24 --subnet fd00:81::/64");
        var client = await SleepAsync("--network net1");
        (await client.FetchAsync(server.Who)).ShouldContain(Host.Address);
        (await client.FetchAsync(server.Who6)).ShouldContain(Host.Address6);
    }

    [Fact]
    public async Task The_outside_reaches_a_nat_network_by_its_published_port_alone()
    {
        await CreateNetworkAsync("--ipv6 --subnet 10.81.0.0/24 --subnet fd00:81::/64");
        await WebAsync($"--network net1 --ip 10.81.0.8 --ip6 fd00:81::8 -p {_port}:80");
        (await FetchFromOutsideAsync($"http://{Host.Address}:{_port}")).Text.ShouldBe("web");
        (await FetchFromOutsideAsync($"http://[{Host.Address6}]:{_port}")).Text.ShouldBe("web");
        await Host.OutsideAsync($"ip route replace 10.81.0.0/24 via {Host.Address}; ip -6 route replace fd00:81::/64 via {Host.Address6}");
        (await LabHost.TryOutsideAsync("timeout 2 busybox wget -qO- http://10.81.0.8")).Succeeded.ShouldBeFalse();
        (await LabHost.TryOutsideAsync("timeout 2 busybox wget -qO- http://[fd00:81::8]")).Succeeded.ShouldBeFalse();
        await Host.OutsideAsync("ip route del 10.81.0.0/24; ip -6 route del fd00:81::/64");
    }

    [Fact]
    public async Task A_container_on_Dockers_bridge_and_one_on_a_nat_network_reach_each_other_by_published_ports_alone()
    {
        await Host.WebAsync($"-p {NftablesHost.DockersPort}:80", "docker-web");
        await CreateNetworkAsync("");
        await WebAsync($"--network net1 -p {_port}:80");
        var (ours, dockers) = (new Container(Host, "web"), new Container(Host, "docker-web"));
        (await dockers.AddressAsync()).ShouldBe(NftablesHost.DockersAddress);

        (await dockers.FetchAsync($"http://{Host.Address}:{_port}")).ShouldBe("web");
        await dockers.DoesNotFetchAsync($"http://{await ours.AddressAsync()}");
        (await ours.FetchAsync($"http://{Host.Address}:{NftablesHost.DockersPort}")).ShouldBe("docker-web");
        await ours.DoesNotReachAsync(NftablesHost.DockersAddress);
    }

    [Fact]
    public async Task A_port_on_127_0_0_1_is_for_the_host_alone()
    {
        await CreateNetworkAsync("");
        await WebAsync($"--network net1 -p 127.0.0.1:{_port}:80");
        (await FetchFromHostAsync($"http://127.0.0.1:{_port}")).Text.ShouldBe("web");
        var client = await SleepAsync("--cap-add NET_ADMIN --sysctl net.ipv4.conf.all.route_localnet=1");
        await client.ExecAsync("sh -c 'ip address del 127.0.0.1/8 dev lo; ip route add 127.0.0.1 via 172.17.0.1'");
        await client.DoesNotFetchAsync($"http://127.0.0.1:{_port}");
    }

    [Fact]
    public async Task A_routed_network_is_reached_by_its_addresses_and_reaches_the_outside_with_them()
    {
        using var server = await LabHost.ServeOutsideAsync();
        await CreateNetworkAsync("--subnet 10.82.0.0/24 -o ovs.bridge.mode=routed");
        var web = await WebAsync("--network net1 --ip 10.82.0.8");
        await Host.OutsideAsync($"ip route replace 10.82.0.0/24 via {Host.Address}");
        (await FetchFromOutsideAsync("http://10.82.0.8")).Text.ShouldBe("web");
        (await web.FetchAsync(server.Who)).ShouldContain("10.82.0.8");
        await Host.OutsideAsync("ip route del 10.82.0.0/24");
    }

    [Fact]
    public async Task Two_nat_networks_stay_apart()
    {
        await CreateNetworkAsync("", "net1");
        await CreateNetworkAsync("", "net2");
        var web = await WebAsync("--network net1");
        var client = await SleepAsync("--network net2");
        await client.DoesNotFetchAsync($"http://{await web.AddressAsync()}");
    }

    [Theory]
    [InlineData("-o ovs.bridge.mode=flat")]
    [InlineData("--internal")]
    public async Task A_network_that_the_host_has_no_part_in_is_reached_from_inside_alone(string options)
    {
        await CreateNetworkAsync($"{options} --subnet 10.83.0.0/24");
        await WebAsync("--network net1 --ip 10.83.0.8");
        var client = await SleepAsync("--network net1");
        (await client.FetchAsync("http://10.83.0.8")).ShouldBe("web");
        await client.DoesNotReachAsync(LabHost.OutsideAddress);
        await Host.OutsideAsync($"ip route replace 10.83.0.0/24 via {Host.Address}");
        (await LabHost.TryOutsideAsync("timeout 2 busybox wget -qO- http://10.83.0.8")).Succeeded.ShouldBeFalse();
        await Host.OutsideAsync("ip route del 10.83.0.0/24");
        await new Container(Host, "web").DoesNotReachAsync("172.17.0.1");
    }
}
