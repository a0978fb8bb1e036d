using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>What a single container can ask for.</summary>
[Collection(Collections.Main)]
public sealed class EndpointOptionTests(MainHost host) : LabTest(host)
{
    [Fact]
    public async Task A_chosen_address_and_MAC_are_kept()
    {
        await CreateNetworkAsync("--subnet 10.67.0.0/24");
        var client = await SleepAsync("--network net1 --ip 10.67.0.77 --mac-address 02:42:0a:43:00:4d");
        (await client.AddressesAsync()).ShouldBe(["10.67.0.77/24"]);
        (await client.MacAsync()).ShouldBe("02:42:0a:43:00:4d");
    }

    [Fact]
    public async Task The_range_limits_the_addresses_and_the_auxiliary_one_is_not_given()
    {
        await CreateNetworkAsync("--subnet 10.67.0.0/24 --ip-range 10.67.0.128/30 --aux-address host=10.67.0.129");
        var first = await SleepAsync("--network net1", "first");
        var second = await SleepAsync("--network net1", "second");
        string[] given = [await first.AddressAsync(), await second.AddressAsync()];
        given.ShouldBeSubsetOf(["10.67.0.128", "10.67.0.130", "10.67.0.131"]);
        given.Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task The_MAC_is_the_same_after_a_restart_of_the_container()
    {
        await CreateNetworkAsync("");
        var client = await SleepAsync("--network net1 --mac-address 02:42:0a:43:00:55");
        await Host.DockerAsync("restart -t 1 client");
        (await client.MacAsync()).ShouldBe("02:42:0a:43:00:55");
    }

    [Fact]
    public async Task A_ports_own_VLAN_wins_over_the_networks()
    {
        await CreateNetworkAsync("--subnet 10.67.0.0/24 -o ovs.bridge.mode=flat -o ovs.bridge.vlan=10");
        await RunWithAsync("ovs.port.vlan=20");
        (await OvsAsync("--bare --columns=tag find port tag=20")).ShouldBe("20");
    }

    [Fact]
    public async Task An_ingress_rate_is_refused_on_the_userspace_datapath()
    {
        await CreateNetworkAsync("-o ovs.bridge.datapath=netdev");
        var refused = await Host.TryDockerAsync(
            "run -d --name client --network name=net1,driver-opt=ovs.port.ingress_rate=5000 busybox sleep 1h");
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain("option ovs.port.ingress_rate: \"5000\" is not allowed");
        refused.Output.ShouldContain("it works on bridges of the kernel datapath (system)");
    }

    [Fact]
    public async Task The_MAC_begins_with_the_chosen_prefix()
    {
        await CreateNetworkAsync("");
        var client = await RunWithAsync("ovs.port.mac_prefix=0a:bc");
        (await client.MacAsync()).ShouldStartWith("0a:bc:");
        (await Host.DockerAsync("inspect -f '{{range .NetworkSettings.Networks}}{{.MacAddress}}{{end}}' client")).Text.ShouldBe(await client.MacAsync());
    }

    [Fact]
    public async Task The_interface_in_the_container_begins_with_the_chosen_prefix()
    {
        await CreateNetworkAsync("");
        var client = await RunWithAsync("ovs.port.ifprefix=lan");
        (await client.ExecAsync("ls /sys/class/net")).Text.Split().ShouldContain("lan0");
    }

    [Fact]
    public async Task Connecting_a_running_container_takes_the_options_too()
    {
        await CreateNetworkAsync("", "net1");
        await CreateNetworkAsync("", "net2");
        var client = await SleepAsync("--network net1");
        await Host.DockerAsync("network connect --driver-opt ovs.port.mac_prefix=0a:bc net2 client");
        (await client.ExecAsync("cat /sys/class/net/eth1/address")).Text.ShouldStartWith("0a:bc:");
    }

    [Fact]
    public async Task A_wrong_value_stops_the_container_and_names_option_and_value()
    {
        await CreateNetworkAsync("");
        var refused = await Host.TryDockerAsync("run -d --name client --network name=net1,driver-opt=ovs.port.vlan=1O0 busybox sleep 1h");
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain("ovs.port.vlan");
        refused.Output.ShouldContain("1O0");
    }

    async Task<Container> RunWithAsync(string driverOption) =>
        await SleepAsync($"--network name=net1,driver-opt={driverOption}");
}
