using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>Flat: the containers are on the physical network, the host has no part in it.</summary>
[Collection(Collections.Main)]
public sealed class FlatNetworkTests(MainHost host) : LabTest(host)
{
    /// <summary>A wire of its own, with a machine at 10.62.0.254 at the other end: eth0 stays free for the host.</summary>
    const string MakeWire = """
        ip netns add peer && ip link add phy0 type veth peer name eth0 netns peer && ip link set phy0 up &&
        ethtool -K phy0 tx off >/dev/null && ip netns exec peer ethtool -K eth0 tx off >/dev/null &&
        ip -n peer address add 10.62.0.254/24 dev eth0 && ip -n peer link set eth0 up && ip -n peer link set lo up
        """;

    const string OnWire = "--subnet 10.62.0.0/24 --gateway 10.62.0.254 -o ovs.bridge.mode=flat -o ovs.bridge.name=br-flat -o ovs.bridge.bind_interface=phy0";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.RunAsync(MakeWire);
    }

    protected override async Task TidyAsync()
    {
        await Host.RunAsync("ip link del phy0; ip netns del peer");
    }

    [Fact]
    public async Task The_host_has_no_address_on_it()
    {
        await CreateNetworkAsync("--subnet 10.63.0.0/24 -o ovs.bridge.mode=flat -o ovs.bridge.name=br-flat");
        await SleepAsync("--network net1");
        (await Host.RunAsync("ip -o address")).Stdout.ShouldNotContain("10.63.0.");
    }

    [Fact]
    public async Task Containers_reach_each_other()
    {
        await CreateNetworkAsync("--subnet 10.63.0.0/24 -o ovs.bridge.mode=flat");
        await WebAsync("--network net1");
        var client = await SleepAsync("--network net1");
        (await client.FetchAsync("http://web")).ShouldBe("web");
    }

    [Fact]
    public async Task A_bound_interface_joins_the_containers_to_the_wire()
    {
        await CreateNetworkAsync(OnWire);
        var web = await WebAsync("--network net1");
        await web.ReachesAsync("10.62.0.254");
        var address = await web.AddressAsync();
        await Eventually.SucceedsAsync(() => Host.TryRunAsync($"ip netns exec peer timeout 5 busybox wget -qO- http://{address}"));
    }

    [Fact]
    public async Task The_default_route_is_the_gateway_on_the_wire()
    {
        await CreateNetworkAsync(OnWire);
        var client = await SleepAsync("--network net1");
        (await client.DefaultRoutesAsync()).ShouldContain("via 10.62.0.254");
    }

    [Fact]
    public async Task The_bound_interface_is_free_again_when_the_network_goes()
    {
        await CreateNetworkAsync(OnWire);
        await Host.DockerAsync("network rm net1");
        await Host.RunAsync("ip link show phy0");
        (await OvsAsync("list-br")).ShouldNotContain("br-flat");
    }

    [Fact]
    public async Task An_interface_with_an_address_is_not_bound_without_force()
    {
        await Host.RunAsync("ip address add 10.62.0.1/24 dev phy0");
        var refused = await Host.TryDockerAsync($"network create -d ovs {OnWire} net1");
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain("phy0");
        refused.Output.ShouldContain("10.62.0.1");
        refused.Output.ShouldContain("bind_interface_force");
        await Host.RunAsync("ip -4 -o address show dev phy0 | grep -F 10.62.0.1/24");
    }

    [Fact]
    public async Task With_force_the_interface_is_bound()
    {
        await Host.RunAsync("ip address add 10.62.0.1/24 dev phy0");
        await CreateNetworkAsync(OnWire + " -o ovs.bridge.bind_interface_force=true");
        var client = await SleepAsync("--network net1");
        await client.ReachesAsync("10.62.0.254");
    }

    [Fact]
    public async Task The_null_address_manager_leaves_the_container_without_an_address()
    {
        await CreateNetworkAsync("--ipam-driver null -o ovs.bridge.mode=flat");
        var client = await SleepAsync("--network net1 --cap-add NET_ADMIN");
        (await client.AddressesAsync()).ShouldBeEmpty();
        var other = await SleepAsync("--network net1 --cap-add NET_ADMIN", "other");
        await client.ExecAsync("ip address add 10.64.0.1/24 dev eth0");
        await other.ExecAsync("ip address add 10.64.0.2/24 dev eth0");
        await client.ReachesAsync("10.64.0.2");
    }

    [Fact]
    public async Task A_bridge_that_was_there_stays_with_its_ports()
    {
        await Host.RunAsync("ovs-vsctl add-br br-mine -- set bridge br-mine datapath_type=netdev external_ids:owner=me " +
            "-- add-port br-mine phy0 -- set port phy0 external_ids:owner=me");
        await CreateNetworkAsync("--subnet 10.62.0.0/24 -o ovs.bridge.mode=flat -o ovs.bridge.name=br-mine");
        var client = await SleepAsync("--network net1 --ip 10.62.0.9");
        await client.ReachesAsync("10.62.0.254");
        await RemoveAllAsync();
        (await OvsAsync("list-ports br-mine")).ShouldBe("phy0");
        (await OvsAsync("get bridge br-mine external_ids")).ShouldBe("{owner=me}");
        await Host.RunAsync("ovs-vsctl del-br br-mine");
    }
}
