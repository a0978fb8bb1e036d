using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>Several networks on one bridge, kept apart by VLANs.</summary>
[Collection(Collections.Main)]
public sealed class VlanTests(MainHost host) : LabTest(host)
{
    static string Flat(int vlan, string subnet) =>
        $"--subnet {subnet} -o ovs.bridge.mode=flat -o ovs.bridge.name=br-vlan -o ovs.bridge.vlan={vlan}";

    [Fact]
    public async Task Containers_on_one_VLAN_reach_each_other()
    {
        await CreateNetworkAsync(Flat(10, "10.65.10.0/24"));
        await WebAsync("--network net1");
        var client = await SleepAsync("--network net1");
        (await client.FetchAsync("http://web")).ShouldBe("web");
        (await OvsAsync("--bare --columns=tag find port tag=10")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_same_addresses_on_another_VLAN_are_other_machines()
    {
        await CreateNetworkAsync(Flat(10, "10.65.10.0/24"), "net10");
        await CreateNetworkAsync(Flat(20, "10.65.20.0/24"), "net20");
        await SleepAsync("--network net10 --ip 10.65.10.2", "ten");
        var twenty = await SleepAsync("--network net20 --ip 10.65.20.2 --cap-add NET_ADMIN", "twenty");
        await twenty.ExecAsync("ip address add 10.65.10.9/24 dev eth0");
        await twenty.DoesNotReachAsync("10.65.10.2");
    }

    [Fact]
    public async Task Nat_networks_on_two_VLANs_share_a_bridge_and_each_has_its_gateway()
    {
        await CreateNetworkAsync("--subnet 10.66.10.0/24 -o ovs.bridge.name=br-vlan -o ovs.bridge.vlan=10", "net10");
        await CreateNetworkAsync("--subnet 10.66.20.0/24 -o ovs.bridge.name=br-vlan -o ovs.bridge.vlan=20", "net20");
        var ten = await SleepAsync("--network net10", "ten");
        var twenty = await SleepAsync("--network net20", "twenty");
        await ten.ReachesAsync(LabHost.OutsideAddress);
        await twenty.ReachesAsync(LabHost.OutsideAddress);
    }

    [Fact]
    public async Task Overlapping_subnets_on_one_bridge_and_VLAN_are_refused()
    {
        await CreateNetworkAsync(Flat(10, "10.65.0.0/16"));
        var refused = await Host.TryDockerAsync($"network create -d ovs {Flat(10, "10.65.10.0/24")} --ipam-driver default net2");
        refused.Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task The_bridge_stays_as_long_as_a_network_is_on_it()
    {
        await CreateNetworkAsync(Flat(10, "10.65.10.0/24"), "net10");
        await CreateNetworkAsync(Flat(20, "10.65.20.0/24"), "net20");
        await Host.DockerAsync("network rm net10");
        (await OvsAsync("list-br")).ShouldContain("br-vlan");
        await Host.DockerAsync("network rm net20");
        await Eventually.TrueAsync(async () => !(await OvsAsync("list-br")).Contains("br-vlan", StringComparison.Ordinal), "br-vlan is there");
    }

    [Fact]
    public async Task A_trunk_carries_the_VLANs_of_others()
    {
        await CreateNetworkAsync("--subnet 10.65.0.0/24 -o ovs.bridge.mode=flat -o ovs.bridge.name=br-vlan", "trunk");
        await CreateNetworkAsync(Flat(30, "10.65.30.0/24"), "net30");
        await SleepAsync("--network net30 --ip 10.65.30.2", "thirty");
        await Host.DockerAsync("create --name router --network none --cap-add NET_ADMIN busybox sleep 1h");
        await Host.DockerAsync("network disconnect none router");
        await Host.DockerAsync("network connect --driver-opt '\"ovs.port.trunks=30,31\"' trunk router");
        await Host.DockerAsync("start router");
        (await OvsAsync("--bare --columns=trunks find port trunks!=[]")).ShouldBe("30 31");
    }
}
