namespace Hawser.Tests.Driver;

/// <summary>A bridge that is not Hawser's alone: what was there before stays as it was.</summary>
public sealed class SharedBridgeTests
{
    [Fact]
    public async Task Ports_that_were_there_stay_without_a_mark_when_the_networks_that_used_them_go()
    {
        await using var host = await DriverHost.StartAsync();
        await MakeBridgeAsync(host);
        await host.CallAsync("CreateNetwork", Calls.Network("flat", options: [("ovs.bridge.name", "br-ex"), ("ovs.bridge.mode", "flat"), ("ovs.bridge.bind_interface", "eth1")]));
        await host.CallAsync("CreateNetwork", Calls.Network("nat", "10.91.0.0/24", "10.91.0.1/24", ("ovs.bridge.name", "br-ex"), ("ovs.bridge.vlan", "10")));
        (await AddressesAsync(host, "br-ex.10")).ShouldContain("10.91.0.1/24");
        await host.KillDaemonAsync();
        await host.StartDaemonAsync();

        await RemoveAsync(host, "flat", "nat");

        (await host.VsctlAsync("list-ports", "br-ex")).Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["br-ex.10", "eth1"]);
        (await AddressesAsync(host, "br-ex.10")).ShouldNotContain("10.91.0.1");
    }

    [Fact]
    public async Task A_port_that_was_there_in_another_VLAN_cannot_hold_the_gateway()
    {
        await using var host = await DriverHost.StartAsync();
        await MakeBridgeAsync(host);
        await host.VsctlAsync("set", "Port", "br-ex.10", "tag=11");
        var refused = await host.TryCallAsync("CreateNetwork", Calls.Network("nat", options: [("ovs.bridge.name", "br-ex"), ("ovs.bridge.vlan", "10")]));
        refused.Err!.ShouldBe("option ovs.bridge.vlan: \"10\" is not allowed: port br-ex.10, which would hold the gateway, existed before and is not in VLAN 10 of bridge br-ex");
    }

    [Theory]
    [InlineData("nat")]
    [InlineData("routed")]
    public async Task A_bridge_that_was_there_holds_the_gateway_for_as_long_as_the_network(string mode)
    {
        await using var host = await DriverHost.StartAsync();
        await MakeBridgeAsync(host);
        await host.RunAsync("ip", "address", "add", "192.0.2.9/24", "dev", "br-ex");
        await host.CallAsync("CreateNetwork", Calls.Network("n", options: [("ovs.bridge.name", "br-ex"), ("ovs.bridge.mode", mode)]));
        (await AddressesAsync(host, "br-ex")).ShouldContain("10.90.0.1/24");

        await RemoveAsync(host, "n");

        (await AddressesAsync(host, "br-ex")).ShouldNotContain("10.90.0.1");
        (await AddressesAsync(host, "br-ex")).ShouldContain("192.0.2.9/24");
    }

    [Fact]
    public async Task An_address_that_the_bridge_held_before_the_network_had_it_for_its_gateway_stays()
    {
        await using var host = await DriverHost.StartAsync();
        await MakeBridgeAsync(host);
        await host.RunAsync("ip", "address", "add", "10.90.0.1/24", "dev", "br-ex");
        await host.CallAsync("CreateNetwork", Calls.Network("n", options: [("ovs.bridge.name", "br-ex")]));
        await host.CallAsync("CreateNetwork", Calls.Network("n", options: [("ovs.bridge.name", "br-ex")]));
        await host.KillDaemonAsync();
        await host.StartDaemonAsync();

        await RemoveAsync(host, "n");

        (await AddressesAsync(host, "br-ex")).ShouldContain("10.90.0.1/24");
    }

    [Fact]
    public async Task A_bridge_that_stays_for_a_port_of_somebody_elses_loses_the_gateway()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n", options: ("ovs.bridge.name", "br-x")));
        await host.RunAsync("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "wire1");
        await host.VsctlAsync("add-port", "br-x", "eth1");

        await RemoveAsync(host, "n");

        (await host.VsctlAsync("list-ports", "br-x")).Trim().ShouldBe("eth1");
        (await AddressesAsync(host, "br-x")).ShouldNotContain("10.90.0.1");
    }

    [Fact]
    public async Task The_controller_of_a_network_goes_with_it_and_that_of_somebody_else_stays()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("stays", options: ("ovs.bridge.name", "br-x")));
        await host.CallAsync("CreateNetwork", Calls.Network("goes", "10.91.0.0/24", "10.91.0.1/24", ("ovs.bridge.name", "br-x"), ("ovs.bridge.controller", "tcp:127.0.0.1:6653")));
        await host.VsctlAsync("--", "--id=@c", "create", "Controller", "target=\"tcp:127.0.0.1:6654\"", "--", "add", "Bridge", "br-x", "controller", "@c");
        (await host.VsctlAsync("get-fail-mode", "br-x")).Trim().ShouldBe("secure");

        await host.CallAsync("DeleteNetwork", Calls.Ids("goes"));

        await DriverHost.EventuallyAsync(async () => (await host.VsctlAsync("get-controller", "br-x")).Trim() == "tcp:127.0.0.1:6654", "its controller is gone, alone");
        (await host.VsctlAsync("get-fail-mode", "br-x")).Trim().ShouldBeEmpty();
    }

    /// <summary>A bridge of somebody else's with an uplink and a port in VLAN 10.</summary>
    static async Task MakeBridgeAsync(DriverHost host)
    {
        await host.RunAsync("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "wire1");
        await host.VsctlAsync("add-br", "br-ex", "--", "set", "Bridge", "br-ex", "datapath_type=netdev",
            "--", "add-port", "br-ex", "eth1", "--", "add-port", "br-ex", "br-ex.10", "tag=10", "--", "set", "Interface", "br-ex.10", "type=internal");
    }

    static Task<string> AddressesAsync(DriverHost host, string link) => host.RunAsync("ip", "-4", "-o", "address", "show", "dev", link);

    static async Task RemoveAsync(DriverHost host, params string[] networks)
    {
        foreach (var network in networks) await host.CallAsync("DeleteNetwork", Calls.Ids(network));
        await DriverHost.EventuallyAsync(async () => (await host.LeftoversAsync()).Count == 0, "nothing of them is left");
    }
}
