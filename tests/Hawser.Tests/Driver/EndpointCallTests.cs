using System.Text.Json;

namespace Hawser.Tests.Driver;

public sealed class EndpointCallTests
{
    [Fact]
    public async Task A_container_gets_an_interface_a_gateway_and_an_address_of_its_own_making()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        var created = await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", "e"));
        var mac = created.GetProperty("Interface").GetProperty("MacAddress").GetString();
        var joined = await host.CallAsync("Join", Calls.Join("n", "e"));

        joined.GetProperty("Gateway").GetString().ShouldBe("10.90.0.1");
        joined.TryGetProperty("DisableGatewayService", out var disabled).ShouldBeTrue();
        disabled.GetBoolean().ShouldBeFalse();
        var link = joined.GetProperty("InterfaceName").GetProperty("SrcName").GetString()!;
        (await host.RunAsync("ip", "link", "show", "dev", link)).ShouldContain(mac!);
    }

    [Fact]
    public async Task A_given_MAC_is_used_and_not_told_back()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        var created = await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", "e", mac: "02:42:0a:5a:00:05"));

        created.TryGetProperty("Interface", out var @interface).ShouldBe(@interface.ValueKind == JsonValueKind.Object);
        created.ToString().ShouldNotContain("02:42:0a:5a:00:05");
        (await host.RunAsync("ip", "link")).ShouldContain("02:42:0a:5a:00:05");
    }

    [Fact]
    public async Task A_network_of_IPv6_alone_has_a_gateway_of_that_family_only()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.NetworkOfIPv6("n"));
        await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", "e", address: "", addressIPv6: "fd00:90::5/64"));

        var joined = await host.CallAsync("Join", Calls.Join("n", "e"));

        joined.GetProperty("GatewayIPv6").GetString().ShouldBe("fd00:90::1");
        (joined.TryGetProperty("Gateway", out var gateway) ? gateway.GetString() ?? "" : "").ShouldBeEmpty();
        // With the flag its gateway would not count, and another network of the container could bring docker_gwbridge in.
        joined.GetProperty("DisableGatewayService").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_for_the_interface_is_refused_since_Docker_would_not_give_it()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        var named = Calls.Endpoint("n", "e", options: ("com.docker.network.endpoint.ifname", "lan0"));
        (await host.TryCallAsync("CreateEndpoint", named)).Err.ShouldBe("option com.docker.network.endpoint.ifname is not allowed: "
            + "Docker takes the name of an interface from its own drivers alone; ovs.port.ifprefix chooses how it begins");
    }

    [Fact]
    public async Task What_is_not_known_is_already_gone()
    {
        await using var host = await DriverHost.StartAsync();
        foreach (var method in new[] { "Leave", "DeleteEndpoint", "RevokeExternalConnectivity", "DeleteNetwork" })
            (await host.CallAsync(method, Calls.Ids("never", "was"))).ToString().ShouldBe("{}", method);
    }

    [Fact]
    public async Task The_same_network_may_be_created_twice()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        (await host.VsctlAsync("list-br")).Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_container_whose_link_is_gone_says_so_and_leaves_nothing()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", "e"));
        await host.CallAsync("Join", Calls.Join("n", "e"));
        var port = (await host.StatusAsync()).GetProperty("endpoints")[0].GetProperty("port").GetString()!;
        // The container's end is Docker's by now, so that the pair is not made again.
        await host.RunAsync("ip", "link", "delete", port);
        await DriverHost.EventuallyAsync(async () => (await host.StatusAsync()).GetProperty("endpoints")[0].GetProperty("state").GetString() == "Failed", "the link is seen to be gone");

        var reply = await host.TryCallAsync("Join", Calls.Join("n", "e"));

        reply.Status.ShouldBe(500);
        reply.Err.ShouldBe($"link {port} is gone; restart the container");
        // What dockerd sends after a failed Join, in every version.
        await host.CallAsync("DeleteEndpoint", Calls.Ids("n", "e"));
        await host.CallAsync("DeleteNetwork", Calls.Ids("n"));
        await DriverHost.EventuallyAsync(async () => (await host.LeftoversAsync()).Count == 0, "nothing is left");
    }

    [Fact]
    public async Task A_port_that_Open_vSwitch_cannot_make_says_why()
    {
        await using var host = await DriverHost.StartAsync();
        await host.RunAsync("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "wire1");
        await host.CallAsync("CreateNetwork", Calls.Network("n", options: [("ovs.bridge.mode", "flat"), ("ovs.bridge.bind_interface", "eth1")]));
        await host.KillVswitchdAsync();
        await host.RunAsync("ip", "link", "delete", "eth1");

        await host.StartVswitchdAsync();

        const string Why = "Open vSwitch could not make interface eth1: could not open network device eth1 (No such device)";
        await DriverHost.EventuallyAsync(async () => (await host.StatusAsync()).GetProperty("networks")[0].ToString().Contains(Why, StringComparison.Ordinal), "its reason is told");
    }

    [Fact]
    public async Task A_published_port_that_another_endpoint_has_is_refused_by_name()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        foreach (var (name, address) in new[] { ("one", "10.90.0.5/24"), ("two", "10.90.0.6/24") })
        {
            await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", name, address));
            await host.CallAsync("Join", Calls.Join("n", name));
        }
        await host.CallAsync("ProgramExternalConnectivity", Calls.Publish("n", "one", 8080));
        (await host.RunAsync("iptables-save", "-t", "nat")).ShouldContain("--dport 8080 -j DNAT --to-destination 10.90.0.5:80");

        var refused = await host.TryCallAsync("ProgramExternalConnectivity", Calls.Publish("n", "two", 8080));

        refused.Status.ShouldBe(500);
        refused.Err!.ShouldContain("8080");
        refused.Err!.ShouldContain("already in use");
        (await host.RunAsync("iptables-save", "-t", "nat")).ShouldNotContain("10.90.0.6:80");
    }

    [Fact]
    public async Task A_client_of_a_UDP_port_is_led_to_the_container_that_publishes_it_now()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        await SendAsync();
        await PublishAsync("one", "10.90.0.5");
        await FlowsAreAsync(0, "the flow from before the publication is forgotten");
        await SendAsync();
        await FlowsAreAsync(1, "a flow leads to the first container", "src=10.90.0.5 ");
        await host.CallAsync("DeleteEndpoint", Calls.Ids("n", "one"));
        await PublishAsync("two", "10.90.0.6");
        await FlowsAreAsync(0, "the flow to the first container is forgotten");

        async Task PublishAsync(string name, string address)
        {
            await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", name, address + "/24"));
            await host.CallAsync("Join", Calls.Join("n", name));
            await host.CallAsync("ProgramExternalConnectivity", Calls.Publish("n", name, 8053, protocol: 17));
        }

        Task SendAsync() => host.RunAsync("bash", "-c", "echo > /dev/udp/127.0.0.1/8053");

        Task FlowsAreAsync(int count, string what, string having = "") => DriverHost.EventuallyAsync(
            async () => (await host.RunAsync("cat", "/proc/net/nf_conntrack")).Split('\n').Count(l => l.Contains("dport=8053 ", StringComparison.Ordinal) && l.Contains(having, StringComparison.Ordinal)) == count, what);
    }

    [Fact]
    public async Task A_port_goes_from_an_endpoint_that_is_being_removed_to_a_new_one()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        await AttachAsync("e0", "10.90.0.10/24");
        await host.CallAsync("ProgramExternalConnectivity", Calls.Publish("n", "e0", 8080));
        for (var i = 1; i <= 10; i++)
        {
            await AttachAsync($"e{i}", $"10.90.0.{10 + i}/24");
            // As a dockerd that was killed does when it starts containers anew.
            var removed = host.CallAsync("DeleteEndpoint", Calls.Ids("n", $"e{i - 1}"));
            await host.CallAsync("ProgramExternalConnectivity", Calls.Publish("n", $"e{i}", 8080));
            await removed;
        }
        (await host.RunAsync("iptables-save", "-t", "nat")).ShouldContain("--dport 8080 -j DNAT --to-destination 10.90.0.20:80");

        async Task AttachAsync(string name, string address)
        {
            await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", name, address));
            await host.CallAsync("Join", Calls.Join("n", name));
        }
    }
}
