using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>The option ovn.vrf: networks of one domain are joined by a router, and every host is the way out for its own containers.</summary>
public sealed class RoutedNetworkTests(Cluster cluster) : ClusterTest(cluster)
{
    const string Red = "-o ovn.vrf=red";
    const string First = $"{Red} --subnet 10.90.1.0/24";
    const string Second = $"{Red} --subnet 10.90.2.0/24";
    const string FirstDual = $"{First} --ipv6 --subnet fd00:90:1::/64";
    const string SecondDual = $"{Second} --ipv6 --subnet fd00:90:2::/64";
    const string Blue = "-o ovn.vrf=blue --subnet 10.90.1.0/24";

    readonly int _port = LabHost.NextPort();

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task Containers_on_two_networks_and_two_hosts_reach_each_other()
    {
        await CreateNetworksAsync(FirstDual, "net1");
        await CreateNetworksAsync(SecondDual, "net2");
        await One.WebAsync("--network net1 --ip 10.90.1.10 --ip6 fd00:90:1::10");
        var client = await Two.SleepAsync("--network net2 --ip 10.90.2.20 --ip6 fd00:90:2::20");
        (await client.FetchAsync("http://10.90.1.10")).ShouldBe("web");
        (await client.FetchAsync("http://[fd00:90:1::10]")).ShouldBe("web");
        (await client.DefaultRoutesAsync()).ShouldStartWith("default via 10.90.2.1 dev eth0");
    }

    [Fact]
    public async Task What_a_network_and_a_container_of_a_domain_need_is_explained_and_there()
    {
        await One.CreateNetworkAsync(First, "net1");
        await One.WebAsync($"--network net1 --ip 10.90.1.10 -p {_port}:80");
        await Eventually.SucceedsAsync(() => One.TryRunAsync("hawser explain net1 && hawser explain web"));

        var network = (await One.HawserAsync("explain net1")).Stdout;
        network.ShouldContain(", in routing domain red, whose router has 10.90.1.1/24\n  router/red: Ready\n");
        network.ShouldContain($"Logical_Router_Policy hawser-red@{One.Name} IPv4 action=reroute ");
        var container = (await One.HawserAsync("explain web")).Stdout;
        container.ShouldContain($"; published: {_port}->80/tcp\n");
        container.ShouldContain("type=dnat_and_snat");

        await One.DockerAsync("network create -d ovs other");
        await One.DockerAsync("network connect other web");
        var both = (await One.HawserAsync("explain web")).Stdout;
        both.ShouldContain(" of logical switch ");
        both.ShouldContain(" of bridge ovsbr-");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_host_that_has_only_one_of_the_networks_reaches_the_other_as_well()
    {
        await One.CreateNetworkAsync(First, "net1");
        await Two.CreateNetworkAsync(Second, "net2");
        await One.WebAsync("--network net1 --ip 10.90.1.10");
        (await (await Two.SleepAsync("--network net2 --ip 10.90.2.20")).FetchAsync("http://10.90.1.10")).ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task Every_container_leaves_by_its_own_host_and_with_its_address()
    {
        using var server = await LabHost.ServeOutsideAsync();
        await CreateNetworksAsync(FirstDual);
        var here = await One.SleepAsync("--network net1 --ip 10.90.1.10 --ip6 fd00:90:1::10");
        var there = await Two.SleepAsync("--network net1 --ip 10.90.1.20 --ip6 fd00:90:1::20");
        (await here.FetchAsync(server.Who)).ShouldContain(One.Address);
        (await there.FetchAsync(server.Who)).ShouldContain(Two.Address);
        (await here.FetchAsync(server.Who6)).ShouldContain(One.Address6);
        (await there.FetchAsync(server.Who6)).ShouldContain(Two.Address6);
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task There_is_one_interface_and_none_on_docker_gwbridge()
    {
        await One.CreateNetworkAsync(First);
        (await (await One.SleepAsync("--network net1")).AddressesAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_first_packet_to_the_outside_is_answered_10_times_of_10()
    {
        await One.CreateNetworkAsync(First);
        await One.RunAsync($"ping -c1 -W5 {LabHost.OutsideAddress}");
        for (var i = 1; i <= 10; i++)
        {
            var first = await One.TryDockerAsync($"run --rm --network net1 busybox ping -c1 -W1 {LabHost.OutsideAddress}");
            first.Succeeded.ShouldBeTrue($"container {i}: {first}");
        }
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_outside_reaches_a_published_port_and_is_seen_by_its_own_address()
    {
        await One.CreateNetworkAsync(FirstDual);
        await One.WebAsync($"--network net1 -p {_port}:80");
        (await FetchFromOutsideAsync($"http://{One.Address}:{_port}")).ShouldBe("web");
        (await FetchFromOutsideAsync($"http://{One.Address}:{_port}/cgi-bin/who")).ShouldContain(LabHost.OutsideAddress);
        (await FetchFromOutsideAsync($"http://[{One.Address6}]:{_port}/cgi-bin/who")).ShouldContain(LabHost.OutsideAddress6);
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_first_packet_to_a_published_port_is_answered_10_times_of_10()
    {
        await One.CreateNetworkAsync(First);
        await One.OutsideAsync($"ping -c1 -W5 {One.Address}");
        for (var i = 1; i <= 10; i++)
        {
            await One.RunContainerAsync("echo", $"--network net1 -p {_port}:9000/udp", "echo-server udp 9000");
            (await One.RunAsync("docker exec echo sh -c 'until netstat -lun | grep -q :9000; do usleep 10000; done'")).OrFail();
            (await LabHost.TryOutsideAsync($"exec 3<>/dev/udp/{One.Address}/{_port}; printf hello >&3; timeout 2 head -c5 <&3")).Text.ShouldBe("hello", $"container {i}");
            await One.DockerAsync("rm -f echo");
        }
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_host_the_container_itself_and_its_neighbours_reach_a_published_port()
    {
        await CreateNetworksAsync(First, "net1");
        await CreateNetworksAsync(Second, "net2");
        var web = await One.WebAsync($"--network net1 --ip 10.90.1.10 -p {_port}:80");
        (await FetchFromAsync(One, $"http://{One.Address}:{_port}")).ShouldBe("web");
        (await FetchFromAsync(One, $"http://127.0.0.1:{_port}")).ShouldBe("web");
        (await FetchFromAsync(Two, $"http://{One.Address}:{_port}")).ShouldBe("web");
        (await web.FetchAsync($"http://{One.Address}:{_port}")).ShouldBe("web");
        (await (await One.SleepAsync("--network net1 --ip 10.90.1.11", "same")).FetchAsync($"http://{One.Address}:{_port}")).ShouldBe("web");
        (await (await One.SleepAsync("--network net2 --ip 10.90.2.11", "next")).FetchAsync($"http://{One.Address}:{_port}")).ShouldBe("web");
        (await (await Two.SleepAsync("--network net1 --ip 10.90.1.20", "there")).FetchAsync($"http://{One.Address}:{_port}")).ShouldBe("web");
    }

    [Fact]
    public async Task The_port_is_closed_when_the_container_stops_and_open_when_it_starts()
    {
        await One.CreateNetworkAsync(First);
        await One.WebAsync($"--network net1 -p {_port}:80");
        await One.DockerAsync("stop web");
        (await LabHost.TryOutsideAsync($"timeout 2 busybox wget -qO- http://{One.Address}:{_port}")).Succeeded.ShouldBeFalse();
        await One.DockerAsync("start web");
        (await FetchFromOutsideAsync($"http://{One.Address}:{_port}")).ShouldBe("web");
    }

    [Fact]
    public async Task Domains_may_have_the_same_subnet_and_do_not_meet()
    {
        const string Planned = "--ipam-driver ovn --ipam-opt ovn.vrf=";
        using var server = await LabHost.ServeOutsideAsync();
        await CreateNetworksAsync($"{Planned}red -o ovn.vrf=red --subnet 10.90.1.0/24", "net1");
        await CreateNetworksAsync($"{Planned}blue {Blue}", "net2");
        var red = await One.WebAsync($"--network net1 --ip 10.90.1.10 -p {_port}:80", "red");
        var blue = await One.WebAsync($"--network net2 --ip 10.90.1.10 -p {_port + 10000}:80", "blue");
        foreach (var container in new[] { red, blue }) (await container.FetchAsync(server.Who)).ShouldContain(One.Address);
        (await FetchFromOutsideAsync($"http://{One.Address}:{_port}")).ShouldBe("red");
        (await FetchFromOutsideAsync($"http://{One.Address}:{_port + 10000}")).ShouldBe("blue");
        (await (await Two.SleepAsync("--network net1 --ip 10.90.1.20", "client1")).FetchAsync("http://10.90.1.10")).ShouldBe("red");
        (await (await Two.SleepAsync("--network net2 --ip 10.90.1.20", "client2")).FetchAsync("http://10.90.1.10")).ShouldBe("blue");
        // Neither by an address of the other's, nor by the one at which the host reaches it; by its published port, like anyone.
        var transit = (await One.RunAsync("iptables-save -t nat | sed -n 's/.*--to-destination \\([0-9.]*\\):80$/\\1/p' | sort -u")).Text.Split('\n');
        transit.Length.ShouldBe(2);
        foreach (var address in transit) (await red.TryExecAsync($"timeout 2 wget -qO- http://{address}")).Text.ShouldNotBe("blue");
        (await red.FetchAsync($"http://{One.Address}:{_port + 10000}")).ShouldBe("blue");
    }

    [Fact]
    public async Task An_internal_network_has_no_router_no_way_out_and_no_ports()
    {
        await CreateNetworksAsync($"{First} --internal", "net1");
        await CreateNetworksAsync(Second, "net2");
        await One.WebAsync("--network net2 --ip 10.90.2.10", "other");
        await One.WebAsync($"--network net1 --ip 10.90.1.10 -p {_port}:80");
        var client = await Two.SleepAsync("--network net1 --ip 10.90.1.20 --cap-add NET_ADMIN");
        (await client.FetchAsync("http://10.90.1.10")).ShouldBe("web");
        (await client.DefaultRoutesAsync()).ShouldBeEmpty();
        await client.TryExecAsync("ip route add default via 10.90.1.1");
        foreach (var address in new[] { "10.90.1.1", "10.90.2.10", LabHost.OutsideAddress }) await client.DoesNotReachAsync(address);
        (await LabHost.TryOutsideAsync($"timeout 2 busybox wget -qO- http://{One.Address}:{_port}")).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task The_plain_name_vrf_is_the_same_option()
    {
        await One.CreateNetworkAsync("-o vrf=red --subnet 10.90.1.0/24");
        (await Central.NamesAsync("Logical_Router")).ShouldContain("hawser-red");
        (await Central.NamesAsync("Logical_Switch")).ShouldContain("hawser-red-10.90.1.0/24");
    }

    [Fact]
    public async Task A_switch_of_docker_ovn_driver_is_taken_over_by_the_hash_that_is_its_name()
    {
        var name = (await One.RunAsync("printf red-10.90.1.0/24 | sha256sum | cut -d' ' -f1")).Text;
        await Central.NbctlAsync($"ls-add {name}");
        await One.CreateNetworkAsync($"{Red} --subnet 10.90.1.0/24 -o ovn.switch=sha256");
        var client = await One.SleepAsync("--network net1");
        (await Central.NbctlAsync($"lsp-list {name}")).Split('\n').Length.ShouldBe(2);
        await client.RemoveAsync();
        await One.DockerAsync("network rm net1");
        (await Central.NamesAsync("Logical_Switch")).ShouldBe([name]);
        (await Central.NbctlAsync($"lsp-list {name}")).ShouldBeEmpty();
        await Central.NbctlAsync($"ls-del {name}");
    }

    [Fact]
    public async Task Hosts_that_race_make_one_router_and_the_last_to_leave_removes_it()
    {
        for (var i = 0; i < 5; i++)
        {
            await CreateNetworksAsync(First);
            (await Central.NamesAsync("Logical_Router")).Order().ShouldBe(["hawser-red", .. new[] { $"hawser-red@{One.Name}", $"hawser-red@{Two.Name}" }.Order()]);
            (await Central.NamesAsync("Logical_Switch")).Count(s => s == "hawser-red:join").ShouldBe(1);
            await One.DockerAsync("network rm net1");
            (await Central.NamesAsync("Logical_Router")).Order().ShouldBe(["hawser-red", $"hawser-red@{Two.Name}"]);
            await Two.DockerAsync("network rm net1");
            (await Central.NamesAsync("Logical_Router")).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Hosts_that_remove_and_make_the_domain_at_once_always_end_with_it()
    {
        using var server = await LabHost.ServeOutsideAsync();
        await One.CreateNetworkAsync(First);
        for (var i = 0; i < 5; i++)
        {
            await Task.WhenAll(One.DockerAsync("network rm net1"), Two.CreateNetworkAsync(First));
            await Task.WhenAll(Two.DockerAsync("network rm net1"), One.CreateNetworkAsync(First));
        }
        (await (await One.SleepAsync("--network net1")).FetchAsync(server.Who)).ShouldContain(One.Address);
    }

    [Theory]
    [InlineData("--ipam-driver ovn --subnet 10.90.0.0/16 -o ovn.vrf=red", "subnet 10.90.0.0/16 overlaps with one of network")]
    [InlineData("--subnet 169.254.200.0/24 -o ovn.vrf=red", "subnet 169.254.200.0/24 is not allowed with ovn.vrf")]
    [InlineData("--subnet 10.91.0.0/24 -o ovn.vrf=re/d", "option ovn.vrf: \"re/d\" is not allowed: 1 to 64 letters")]
    [InlineData("--subnet 10.91.0.0/24 -o ovn.vrf=blue -o ovn.switch=hawser-red-10.90.1.0/24", "has logical switch hawser-red-10.90.1.0/24 in domain red")]
    [InlineData("--ipam-driver null -o ovn.vrf=red", "has no gateway, which the domain's router would be")]
    public async Task What_contradicts_another_network_of_this_host_is_refused(string options, string sentence)
    {
        await One.CreateNetworkAsync(First);
        await RefusesAsync(One, options, sentence);
    }

    [Theory]
    [InlineData("--subnet 10.90.0.0/16 -o ovn.vrf=red", "its subnet overlaps with 10.90.1.0/24 of logical switch hawser-red-10.90.1.0/24, which other hosts have in domain red")]
    [InlineData("--subnet 10.91.0.0/24 -o ovn.vrf=blue -o ovn.switch=hawser-red-10.90.1.0/24", "other networks have logical switch hawser-red-10.90.1.0/24 in domain red")]
    public async Task What_contradicts_a_network_of_another_host_is_refused(string options, string sentence)
    {
        await One.CreateNetworkAsync(First);
        await RefusesAsync(Two, options, sentence);
    }

    static async Task RefusesAsync(ChassisHost host, string options, string sentence)
    {
        var refused = await host.TryDockerAsync($"network create -d ovn {options} net2");
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain(sentence);
        (await host.HawserAsync("status --json")).Text.ShouldNotContain("Removing");
    }

    static async Task<string> FetchFromOutsideAsync(string url) =>
        (await Eventually.SucceedsAsync(() => LabHost.TryOutsideAsync($"timeout 5 busybox wget -qO- {url}"))).Text;

    static async Task<string> FetchFromAsync(LabHost host, string url) =>
        (await Eventually.SucceedsAsync(() => host.TryRunAsync($"timeout 5 busybox wget -qO- {url}"))).Text;
}
