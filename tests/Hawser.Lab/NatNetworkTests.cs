using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>The default mode: a gateway on the host, and the outside by masquerade.</summary>
[Collection(Collections.Main)]
public sealed class NatNetworkTests(MainHost host) : LabTest(host)
{
    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task Containers_reach_each_other_by_name_over_TCP()
    {
        await CreateNetworkAsync("");
        await WebAsync("--network net1");
        var client = await SleepAsync("--network net1");
        await client.ReachesAsync("web");
        (await client.FetchAsync("http://web")).ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_network_alias_is_a_name_too()
    {
        await CreateNetworkAsync("");
        await WebAsync("--network net1 --network-alias shop");
        var client = await SleepAsync("--network net1");
        (await client.FetchAsync("http://shop")).ShouldBe("web");
    }

    [Fact]
    public async Task The_bridges_own_port_holds_the_gateways_address()
    {
        await CreateNetworkAsync("--subnet 10.60.0.0/24 --gateway 10.60.0.1 -o ovs.bridge.name=br-gw");
        (await Host.RunAsync("ip -4 -o address show dev br-gw")).Stdout.ShouldContain("10.60.0.1/24");
        var client = await SleepAsync("--network net1");
        (await client.DefaultRoutesAsync()).ShouldContain("via 10.60.0.1");
        await client.ReachesAsync("10.60.0.1");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_outside_sees_the_hosts_address()
    {
        using var server = await LabHost.ServeOutsideAsync();
        await CreateNetworkAsync("");
        var client = await SleepAsync("--network net1");
        (await client.FetchAsync(server.Who)).ShouldContain(Host.Address);
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_FORWARD_policy_of_DROP_does_not_matter()
    {
        (await Host.RunAsync("iptables -S FORWARD | head -n1")).Text.ShouldBe("-P FORWARD DROP");
        await CreateNetworkAsync("");
        var client = await SleepAsync("--network net1");
        await client.ReachesAsync(LabHost.OutsideAddress);
        (await Host.RunAsync("iptables -S FORWARD | head -n1")).Text.ShouldBe("-P FORWARD DROP");
    }

    [Fact]
    public async Task The_host_reaches_a_container_by_its_address()
    {
        await CreateNetworkAsync("");
        var web = await WebAsync("--network net1");
        (await FetchFromHostAsync($"http://{await web.AddressAsync()}")).Text.ShouldBe("web");
    }

    [Fact]
    public async Task A_routed_network_keeps_the_containers_address()
    {
        using var server = await LabHost.ServeOutsideAsync();
        await CreateNetworkAsync("--subnet 10.61.0.0/24 -o ovs.bridge.mode=routed");
        var client = await SleepAsync("--network net1");
        await Host.OutsideAsync($"ip route replace 10.61.0.0/24 via {Host.Address}");
        (await client.FetchAsync(server.Who)).ShouldContain(await client.AddressAsync());
        await Host.OutsideAsync("ip route del 10.61.0.0/24");
    }

    [Theory]
    [InlineData("ovs.bridge.mtu")]
    [InlineData("com.docker.network.driver.mtu")]
    public async Task The_MTU_of_the_network_is_the_containers(string option)
    {
        await CreateNetworkAsync($"-o {option}=1400");
        var client = await SleepAsync("--network net1");
        (await client.ExecAsync("cat /sys/class/net/eth0/mtu")).Text.ShouldBe("1400");
        await WebAsync("--network net1");
        (await client.FetchAsync("http://web")).ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_container_on_two_networks_reaches_both()
    {
        await CreateNetworkAsync("", "net1");
        await CreateNetworkAsync("", "net2");
        await WebAsync("--network net1", "web1");
        await WebAsync("--network net2", "web2");
        var client = await SleepAsync("--network net1");
        await Host.DockerAsync("network connect net2 client");
        (await client.FetchAsync("http://web1")).ShouldBe("web1");
        (await client.FetchAsync("http://web2")).ShouldBe("web2");
        (await client.AddressesAsync()).Length.ShouldBe(2);
        await Host.DockerAsync("network disconnect net1 client");
        (await client.AddressesAsync()).Length.ShouldBe(1);
        (await client.FetchAsync("http://web2")).ShouldBe("web2");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_way_out_and_the_published_ports_are_of_the_network_with_the_highest_gw_priority()
    {
        await CreateNetworkAsync("--subnet 10.60.0.0/24", "net1");
        await CreateNetworkAsync("--subnet 10.62.0.0/24", "net2");
        var port = LabHost.NextPort();
        // Before 28.0 the names of the networks decided, and the command had no such flag.
        if (await Host.DockerMajorAsync() < 28)
        {
            await WebAsync($"--network net1 -p {port}:80");
            (await Host.TryDockerAsync("network connect --gw-priority 1 net2 web")).Output.ShouldContain("unknown flag: --gw-priority");
            return;
        }
        var web = await WebAsync($"--network net1 --network name=net2,gw-priority=1 -p {port}:80");
        await IsByAsync("10.62.0.1");
        await Host.DockerAsync("network disconnect net2 web");
        await IsByAsync("10.60.0.1");
        await Host.DockerAsync("network connect --gw-priority 1 bridge web");
        await IsByAsync("172.17.0.1");
        await Host.DockerAsync("network disconnect bridge web");
        await IsByAsync("10.60.0.1");

        async Task IsByAsync(string gateway)
        {
            (await web.DefaultRoutesAsync()).ShouldContain($"via {gateway} ");
            await web.ReachesAsync(LabHost.OutsideAddress);
            (await FetchFromOutsideAsync($"http://{Host.Address}:{port}")).Text.ShouldBe("web");
        }
    }

    [Fact]
    public async Task Two_networks_on_two_bridges_do_not_mix()
    {
        await CreateNetworkAsync("", "net1");
        await CreateNetworkAsync("", "net2");
        await WebAsync("--network net1");
        var client = await SleepAsync("--network net2");
        (await client.TryExecAsync("nslookup web")).Succeeded.ShouldBeFalse();
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_container_that_stops_and_starts_is_on_the_network_again()
    {
        await CreateNetworkAsync("");
        var web = await WebAsync("--network net1");
        var client = await SleepAsync("--network net1");
        for (var i = 0; i < 3; i++)
            await Host.DockerAsync("restart -t 1 web");
        (await client.FetchAsync("http://web")).ShouldBe("web");
        (await web.AddressesAsync()).Length.ShouldBe(1);
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task Many_containers_start_at_once()
    {
        await CreateNetworkAsync("");
        await Host.RunAsync("for n in {1..8}; do docker run -d --name many$n --network net1 busybox sleep 1h & done; wait");
        await WebAsync("--network net1");
        for (var n = 1; n <= 8; n++)
            (await new Container(Host, $"many{n}").FetchAsync("http://web")).ShouldBe("web");
    }

    [Fact]
    public async Task The_bridge_gets_its_OpenFlow_settings()
    {
        await CreateNetworkAsync("-o ovs.bridge.name=br-of -o ovs.bridge.controller=tcp:198.51.100.254:6653 " +
            "-o ovs.bridge.dpid=00000000000000aa -o ovs.bridge.fail_mode=standalone -o ovs.bridge.protocols=OpenFlow13");
        (await OvsAsync("get-controller br-of")).ShouldBe("tcp:198.51.100.254:6653");
        (await OvsAsync("get-fail-mode br-of")).ShouldBe("standalone");
        (await OvsAsync("get bridge br-of protocols")).ShouldContain("OpenFlow13");
        (await OvsAsync("get bridge br-of other_config:datapath-id")).ShouldContain("00000000000000aa");
    }

    [Fact]
    public async Task The_option_names_of_docker_ovs_plugin_mean_the_same()
    {
        await CreateNetworkAsync("-o net.gopher.ovs.bridge.name=br-gopher -o net.gopher.ovs.bridge.mode=nat -o net.gopher.ovs.bridge.mtu=1400");
        (await OvsAsync("list-br")).ShouldContain("br-gopher");
        var client = await SleepAsync("--network net1");
        (await client.ExecAsync("cat /sys/class/net/eth0/mtu")).Text.ShouldBe("1400");
        await client.ReachesAsync(LabHost.OutsideAddress);
    }
}
