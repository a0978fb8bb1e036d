using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>IPv6 beside IPv4.</summary>
[Collection(Collections.Main)]
public sealed class DualStackTests(MainHost host) : LabTest(host)
{
    const string Both = "--subnet 10.68.0.0/24 --ipv6 --subnet fd00:68::/64";

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_container_has_an_address_of_each_family()
    {
        await CreateNetworkAsync(Both);
        var client = await SleepAsync("--network net1 --ip 10.68.0.9 --ip6 fd00:68::9");
        (await client.AddressesAsync(4)).ShouldBe(["10.68.0.9/24"]);
        (await client.AddressesAsync(6)).ShouldBe(["fd00:68::9/64"]);
        (await client.DefaultRoutesAsync(6)).ShouldContain("via fd00:68::1");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task Containers_reach_each_other_over_both()
    {
        await CreateNetworkAsync(Both);
        await WebAsync("--network net1 --ip 10.68.0.8 --ip6 fd00:68::8");
        var client = await SleepAsync("--network net1");
        (await client.FetchAsync("http://10.68.0.8")).ShouldBe("web");
        (await client.FetchAsync("http://[fd00:68::8]")).ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_outside_is_reached_over_IPv6_with_the_hosts_address()
    {
        using var server = await LabHost.ServeOutsideAsync();
        await CreateNetworkAsync(Both);
        var client = await SleepAsync("--network net1");
        (await client.FetchAsync(server.Who6)).ShouldContain(Host.Address6);
    }

    [Fact]
    public async Task A_routed_network_keeps_the_containers_IPv6_address()
    {
        using var server = await LabHost.ServeOutsideAsync();
        await CreateNetworkAsync($"{Both} -o ovs.bridge.mode=routed");
        var client = await SleepAsync("--network net1 --ip6 fd00:68::9");
        await Host.OutsideAsync($"ip -6 route replace fd00:68::/64 via {Host.Address6}");
        (await client.FetchAsync(server.Who6)).ShouldContain("fd00:68::9");
        await Host.OutsideAsync("ip -6 route del fd00:68::/64");
    }

    [Fact]
    public async Task On_a_flat_network_containers_reach_each_other_over_both_and_the_host_has_no_address()
    {
        await CreateNetworkAsync($"{Both} -o ovs.bridge.mode=flat");
        await WebAsync("--network net1 --ip 10.68.0.8 --ip6 fd00:68::8");
        var client = await SleepAsync("--network net1");
        (await client.FetchAsync("http://10.68.0.8")).ShouldBe("web");
        (await client.FetchAsync("http://[fd00:68::8]")).ShouldBe("web");
        (await Host.RunAsync("ip -o address")).Stdout.ShouldNotMatch("10.68.0.|fd00:68:");
    }

    [Fact]
    public async Task An_internal_network_has_no_way_out_over_IPv6()
    {
        await CreateNetworkAsync($"{Both} --internal");
        var client = await SleepAsync("--network net1");
        (await client.DefaultRoutesAsync(6)).ShouldBeEmpty();
        await client.DoesNotReachAsync(LabHost.OutsideAddress6);
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_port_is_published_on_IPv6()
    {
        var port = LabHost.NextPort();
        await CreateNetworkAsync(Both);
        await WebAsync($"--network net1 -p {port}:80");
        (await FetchFromOutsideAsync($"http://[{Host.Address6}]:{port}")).Text.ShouldBe("web");
        (await FetchFromOutsideAsync($"http://{Host.Address}:{port}")).Text.ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_port_that_is_not_published_is_not_reached_from_outside_over_IPv6()
    {
        await CreateNetworkAsync(Both);
        await WebAsync("--network net1 --ip6 fd00:68::8");
        (await FetchFromHostAsync("http://[fd00:68::8]")).Text.ShouldBe("web");
        await Host.OutsideAsync($"ip -6 route replace fd00:68::/64 via {Host.Address6}");
        (await LabHost.TryOutsideAsync("timeout 2 busybox wget -qO- http://[fd00:68::8]")).Succeeded.ShouldBeFalse();
        await Host.OutsideAsync("ip -6 route del fd00:68::/64");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_network_of_IPv6_alone_is_a_network_on_Docker_28_and_later()
    {
        // Before 28.0 Docker had no such networks, and its command no such flag.
        if (await Host.DockerMajorAsync() < 28)
        {
            (await Host.TryDockerAsync("network create -d ovs --ipv4=false --ipv6 --subnet fd00:68::/64 net1"))
                .Output.ShouldContain("unknown flag: --ipv4");
            return;
        }
        using var server = await LabHost.ServeOutsideAsync();
        var port = LabHost.NextPort();
        await CreateNetworkAsync("--ipv4=false --ipv6 --subnet fd00:68::/64");
        await WebAsync($"--network net1 --ip6 fd00:68::8 -p {port}:80");
        var client = await SleepAsync("--network net1");
        (await client.AddressesAsync(4)).ShouldBeEmpty();
        (await client.DefaultRoutesAsync(4)).ShouldBeEmpty();
        (await client.DefaultRoutesAsync(6)).ShouldContain("via fd00:68::1");
        (await client.FetchAsync("http://web")).ShouldBe("web");
        (await client.FetchAsync(server.Who6)).ShouldContain(Host.Address6);
        (await FetchFromOutsideAsync($"http://[{Host.Address6}]:{port}")).Text.ShouldBe("web");
        (await LabHost.TryOutsideAsync($"timeout 2 busybox wget -qO- http://{Host.Address}:{port}")).Succeeded.ShouldBeFalse();
        await CreateNetworkAsync("--subnet 10.68.0.0/24", "net2");
        await PublishesOnBothAsync("--network net1 --network net2");
        // 29 chooses the gateway of IPv4 by its priority and that of IPv6 from what is left; 28 the one with both families.
        await CreateNetworkAsync("--subnet 10.69.0.0/24 --ipv6 --subnet fd00:69::/64", "net3");
        await PublishesOnBothAsync("--network name=net2,gw-priority=1 --network net3");
        await PublishesOnBothAsync("--network name=net1,gw-priority=1 --network net3");

        async Task PublishesOnBothAsync(string networks)
        {
            var (name, published) = ("web" + LabHost.NextPort(), LabHost.NextPort());
            var web = await WebAsync($"{networks} -p {published}:80", name);
            (await FetchFromOutsideAsync($"http://[{Host.Address6}]:{published}")).Text.ShouldBe(name);
            (await FetchFromOutsideAsync($"http://{Host.Address}:{published}")).Text.ShouldBe(name);
            await Host.RunAsync("hawser diff");
            await web.RemoveAsync();
        }
    }

    [Fact]
    public async Task Several_subnets_of_one_family_share_a_network()
    {
        await CreateNetworkAsync("--subnet 10.68.0.0/24 --subnet 10.69.0.0/24");
        var first = await SleepAsync("--network net1 --ip 10.68.0.9", "first");
        var second = await SleepAsync("--network net1 --ip 10.69.0.9", "second");
        await first.ReachesAsync("10.69.0.9");
        await second.ReachesAsync("10.68.0.9");
        await second.ReachesAsync(LabHost.OutsideAddress);
    }
}
