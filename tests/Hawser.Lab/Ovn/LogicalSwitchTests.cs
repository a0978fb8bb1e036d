using System.Globalization;
using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>A network of the driver ovn is one logical switch on every host that has it.</summary>
public sealed class LogicalSwitchTests(Cluster cluster) : ClusterTest(cluster)
{
    const string Subnet = "--subnet 10.80.0.0/24";

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task Containers_on_two_hosts_reach_each_other()
    {
        await CreateNetworksAsync(Subnet);
        await One.WebAsync("--network net1 --ip 10.80.0.10");
        var client = await Two.SleepAsync("--network net1 --ip 10.80.0.20");
        await client.ReachesAsync("10.80.0.10");
        (await client.FetchAsync("http://10.80.0.10")).ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task Containers_on_two_hosts_reach_each_other_over_IPv6()
    {
        await CreateNetworksAsync($"{Subnet} --ipv6 --subnet fd00:80::/64");
        await One.WebAsync("--network net1 --ip 10.80.0.10 --ip6 fd00:80::10");
        var client = await Two.SleepAsync("--network net1 --ip 10.80.0.20 --ip6 fd00:80::20");
        (await client.FetchAsync("http://[fd00:80::10]")).ShouldBe("web");
    }

    [Fact]
    public async Task Containers_on_one_host_reach_each_other()
    {
        await One.CreateNetworkAsync(Subnet);
        await One.WebAsync("--network net1");
        (await (await One.SleepAsync("--network net1")).FetchAsync("http://web")).ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_first_packet_of_a_container_to_the_other_host_is_answered_50_times_of_50()
    {
        await CreateNetworksAsync(Subnet);
        await One.SleepAsync("--network net1 --ip 10.80.0.10");
        // One after the other: on a crowded machine an answer comes before the other host's ovn-controller knows of the new port.
        await Two.RunAsync(
            "for i in {101..150}; do docker run --rm --network net1 --ip 10.80.0.$i busybox ping -c1 -W1 10.80.0.10 || exit 1; done",
            TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task The_first_packet_after_a_silence_is_answered_and_only_the_other_host_was_asked_meanwhile()
    {
        await CreateNetworksAsync(Subnet);
        await One.SleepAsync("--network net1 --ip 10.80.0.10");
        var client = await Two.SleepAsync("--network net1 --ip 10.80.0.20");
        await client.ReachesAsync("10.80.0.10");
        var questions = $"arp,in_port=LOCAL,arp_op=1,arp_tpa={One.Address}";
        try
        {
            await Two.RunAsync($"ovs-ofctl add-flow br-phy 'priority=1,{questions} actions=NORMAL'");
            await Two.RunAsync($"ovs-ofctl add-flow br-phy 'priority=2,{questions},dl_dst=ff:ff:ff:ff:ff:ff actions=NORMAL'");
            // Shorter than the silence, and longer than it takes until Hawser asks.
            foreach (var host in new[] { One, Two }) await host.RunAsync("ovs-appctl tnl/neigh/aging 15");
            await Eventually.TrueAsync(
                async () => await QuestionsAsync(priority: 1) >= 3, "the other host is not asked again", TimeSpan.FromSeconds(60));
            await client.ExecAsync("ping -c1 -W2 10.80.0.10");
            (await QuestionsAsync(priority: 2)).ShouldBe(0);
        }
        finally
        {
            await Two.RunAsync($"ovs-ofctl del-flows br-phy '{questions}'");
            foreach (var host in new[] { One, Two }) await host.RunAsync("ovs-appctl tnl/neigh/aging 900");
        }

        async Task<int> QuestionsAsync(int priority)
        {
            const string Packets = @"sed 's/.*n_packets=\([0-9]*\).*/\1/'";
            var count = await Two.RunAsync($"ovs-ofctl dump-flows br-phy | grep priority={priority},arp | {Packets}");
            return int.Parse(count.Text, CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task Hosts_that_race_make_one_switch()
    {
        for (var i = 1; i <= 10; i++)
        {
            await CreateNetworksAsync($"--subnet 10.81.{i}.0/24", $"net{i}");
            (await Central.NamesAsync("Logical_Switch")).Length.ShouldBe(i);
        }
    }

    [Fact]
    public async Task The_last_host_to_remove_the_network_removes_the_switch()
    {
        await CreateNetworksAsync(Subnet);
        await One.DockerAsync("network rm net1");
        (await Central.NamesAsync("Logical_Switch")).ShouldBe(["hawser-10.80.0.0/24"]);
        await Two.DockerAsync("network rm net1");
        (await Central.NamesAsync("Logical_Switch")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Hosts_that_remove_and_make_the_network_at_once_always_end_with_it()
    {
        await One.CreateNetworkAsync(Subnet);
        for (var i = 0; i < 10; i++)
        {
            await Task.WhenAll(One.DockerAsync("network rm net1"), Two.CreateNetworkAsync(Subnet));
            (await Central.NamesAsync("Logical_Switch")).ShouldHaveSingleItem();
            await Task.WhenAll(Two.DockerAsync("network rm net1"), One.CreateNetworkAsync(Subnet));
            (await Central.NamesAsync("Logical_Switch")).ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task Two_subnets_are_two_switches_that_do_not_mix()
    {
        await CreateNetworksAsync("--subnet 10.80.0.0/24", "net1");
        await CreateNetworksAsync("--subnet 10.82.0.0/24", "net2");
        await One.SleepAsync("--network net1 --ip 10.80.0.10", "first");
        var second = await Two.SleepAsync("--network net2 --ip 10.82.0.10 --cap-add NET_ADMIN", "second");
        await second.ExecAsync("ip address add 10.80.0.99/24 dev eth0");
        await second.DoesNotReachAsync("10.80.0.10");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_switch_that_was_there_is_shared_and_stays()
    {
        await Central.NbctlAsync("ls-add office -- lsp-add office desk -- lsp-set-addresses desk '02:00:00:00:00:05 10.80.0.5'");
        var desk = await Central.NbctlAsync("get Logical_Switch_Port desk _uuid");
        await CreateNetworksAsync($"{Subnet} -o ovn.switch=office");
        (await Two.TryDockerAsync("run --rm --network net1 --ip 10.80.0.5 busybox true")).Output.ShouldContain("address 10.80.0.5 is taken by port desk of logical switch office");
        await One.SleepAsync("--network net1 --ip 10.80.0.10");
        await (await Two.SleepAsync("--network net1 --ip 10.80.0.20")).ReachesAsync("10.80.0.10");
        await Task.WhenAll(One.RemoveAllAsync(), Two.RemoveAllAsync());
        (await Central.NamesAsync("Logical_Switch")).ShouldBe(["office"]);
        (await Central.NbctlAsync("get Logical_Switch office external_ids ports")).ShouldBe($"{{}}\n[{desk}]");
        await Central.NbctlAsync("ls-del office");
    }

    [Fact]
    public async Task The_MTU_leaves_room_for_the_tunnels_headers()
    {
        await One.CreateNetworkAsync(Subnet);
        (await (await One.SleepAsync("--network net1")).ExecAsync("cat /sys/class/net/eth0/mtu")).Text.ShouldBe("1442");
    }

    [Fact]
    public async Task The_MTU_can_be_chosen()
    {
        await One.CreateNetworkAsync($"{Subnet} -o ovn.mtu=1300");
        (await (await One.SleepAsync("--network net1")).ExecAsync("cat /sys/class/net/eth0/mtu")).Text.ShouldBe("1300");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_full_sized_packet_reaches_the_other_host()
    {
        await CreateNetworksAsync(Subnet);
        await One.SleepAsync("--network net1 --ip 10.80.0.10");
        var client = await Two.SleepAsync("--network net1 --ip 10.80.0.20");
        await Eventually.SucceedsAsync(() => client.TryExecAsync("ping -c1 -W1 -s 1414 10.80.0.10"));
    }

    [Trait("DependsOn", "versions")]
    [Theory]
    [InlineData("", false)]
    [InlineData("-o ovn.port_security=false", true)]
    public async Task A_container_sends_from_its_own_addresses_only_unless_port_security_is_off(string option, bool mayLie)
    {
        await CreateNetworksAsync($"{Subnet} --ipv6 --subnet fd00:80::/64 {option}");
        var honest = await One.SleepAsync("--network net1 --ip 10.80.0.10 --ip6 fd00:80::10 --cap-add NET_ADMIN", "honest");
        var liar = await Two.SleepAsync("--network net1 --ip 10.80.0.20 --ip6 fd00:80::20 --cap-add NET_ADMIN", "liar");
        await liar.ReachesAsync("10.80.0.10");
        await liar.ReachesAsync("fd00:80::10");
        await liar.ExecAsync("ip address add 10.80.0.66/32 dev eth0");
        await liar.InItsNetworkAsync("ip address add fd00:80::66/128 dev eth0 nodad");
        // OVN knows only the addresses that it was told, so the way back is told by hand.
        await honest.ExecAsync($"arp -s 10.80.0.66 {await liar.MacAsync()}");
        (await liar.TryExecAsync("ping -c2 -W1 -I 10.80.0.66 10.80.0.10")).Succeeded.ShouldBe(mayLie);
        (await IsHeardAsync("ping -c2 -W1 -I fd00:80::66 fd00:80::10", "Icmp6InEchos")).ShouldBe(mayLie);
        await liar.ExecAsync("ip link set eth0 address 02:00:00:00:00:66");
        await liar.ExecAsync($"arp -s 10.80.0.10 {await honest.MacAsync()}");
        (await IsHeardAsync("ping -c2 -W1 10.80.0.10", "IcmpInEchos")).ShouldBe(mayLie);

        // Whether packets arrive, answered or not.
        async Task<bool> IsHeardAsync(string ping, string counter)
        {
            var before = await honest.CounterAsync(counter);
            await liar.TryExecAsync(ping);
            return await honest.CounterAsync(counter) > before;
        }
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_way_out_is_Dockers_gateway_bridge_and_ports_are_published_there()
    {
        var port = LabHost.NextPort();
        using var server = await LabHost.ServeOutsideAsync();
        await One.CreateNetworkAsync(Subnet);
        var web = await One.WebAsync($"--network net1 -p {port}:80");
        (await web.FetchAsync(server.Who)).ShouldContain(One.Address);
        (await Eventually.SucceedsAsync(() => LabHost.TryOutsideAsync($"timeout 5 busybox wget -qO- http://{One.Address}:{port}"))).Text.ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task An_internal_network_has_no_way_out()
    {
        await CreateNetworksAsync($"{Subnet} --internal");
        await One.SleepAsync("--network net1 --ip 10.80.0.10");
        var client = await Two.SleepAsync("--network net1 --ip 10.80.0.20");
        await client.ReachesAsync("10.80.0.10");
        (await client.DefaultRoutesAsync()).ShouldBeEmpty();
        await client.DoesNotReachAsync(LabHost.OutsideAddress);
    }

    [Theory]
    [InlineData("ovs.port.vlan=20", "has no VLANs for containers")]
    [InlineData("ovs.port.trunks=30", "has no VLANs for containers")]
    [InlineData("ovs.port.ingress_rate=5000", "bridge br-int is on the userspace datapath (netdev)")]
    public async Task An_option_that_cannot_act_on_the_integration_bridge_is_refused(string option, string reason)
    {
        await CreateNetworksAsync("--subnet 10.80.0.0/24");
        var refused = await One.TryDockerAsync($"run -d --name client --network name=net1,driver-opt={option} busybox sleep 1h");
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain($"option {option.Split('=')[0]}: \"{option.Split('=')[1]}\" is not allowed");
        refused.Output.ShouldContain(reason);
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task VXLAN_works_too()
    {
        await EncapsulateAsync("vxlan");
        try
        {
            await CreateNetworksAsync(Subnet);
            await One.WebAsync("--network net1 --ip 10.80.0.10");
            var client = await Two.SleepAsync("--network net1 --ip 10.80.0.20");
            (await client.FetchAsync("http://10.80.0.10")).ShouldBe("web");
            (await client.ExecAsync("cat /sys/class/net/eth0/mtu")).Text.ShouldBe("1450");
            (await One.RunAsync("ovs-vsctl --bare --columns=type find interface type=vxlan")).Text.ShouldBe("vxlan");
        }
        finally
        {
            await EncapsulateAsync("geneve");
        }
    }

    async Task EncapsulateAsync(string type) =>
        await Task.WhenAll(new[] { One, Two }.Select(h => h.HawserAsync($"ovn setup --central {Central.Address} --encap-ip {h.Address} --encap-type {type}")));
}
