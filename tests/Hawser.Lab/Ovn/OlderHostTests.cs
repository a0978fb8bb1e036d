using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>A host that comes from OVN's own driver for Docker: its name of the driver, and settings that are not the usual ones.</summary>
[Trait("DependsOn", "versions")]
[Collection(FragileClusterDefinition.Name)]
public sealed class OlderHostTests(FragileCluster cluster) : ClusterTest(cluster)
{
    public override async Task DisposeAsync()
    {
        await Two.RemoveAllAsync();
        await Two.StopAsync("hawser");
        await Two.RunAsync($"ovs-vsctl set Open_vSwitch . external_ids:ovn-nb=tcp:{Central.Address}:6641 -- remove Open_vSwitch . external_ids ovn-bridge");
        await Eventually.SucceedsAsync(() => Two.TryRunAsync("ovs-vsctl br-exists br-int"));
        await Two.RunAsync("ovs-vsctl --if-exists del-br br-ovn");
        await Two.StartAsync("hawser");
        await base.DisposeAsync();
    }

    [Fact]
    public async Task The_commands_of_OVNs_guide_work_as_they_stand()
    {
        await ServeAsync("--alias openvswitch=ovn");
        await Two.DockerAsync("network create -d openvswitch --subnet=192.168.1.0/24 foo");
        (await Two.DockerAsync("network ls")).Output.ShouldMatch("foo +openvswitch +local");
        await Two.DockerAsync("network create -d openvswitch --subnet=192.168.2.0/24 bar");
        (await Central.NbctlAsync("ls-list")).ShouldContain("(hawser-192.168.1.0/24)");
        await Two.DockerAsync("run -itd --net=foo --name=busybox busybox sh");
        (await Central.NbctlAsync("show")).ShouldMatch("port [0-9a-f]{64}\\s+addresses: \\[\"[0-9a-f:]{17} 192.168.1.2\"\\]");
        await Two.DockerAsync("network connect bar busybox");
        (await Two.DockerAsync("exec busybox ip -o -4 address")).Text.ShouldContain("192.168.2.2/24");
        await Two.DockerAsync("network disconnect bar busybox");
        (await Central.NamesAsync("Logical_Switch_Port")).ShouldHaveSingleItem();
        await Two.DockerAsync("rm -f busybox");
        await Two.DockerAsync("network rm bar");
        (await Central.NamesAsync("Logical_Switch")).ShouldBe(["hawser-192.168.1.0/24"]);
    }

    [Fact]
    public async Task Dovesnaps_name_means_the_driver_ovs_and_brings_its_defaults()
    {
        await ServeAsync("--alias dovesnap=ovs");
        await Two.DockerAsync("network create -d dovesnap --subnet 10.88.0.0/24 net1");
        await Two.WebAsync("--network net1");
        (await (await Two.SleepAsync("--network net1")).FetchAsync("http://web")).ShouldBe("web");
        (await Two.HawserAsync("status --json")).Stdout.ShouldContain("\"mode\": \"flat\"");

        // The first command of its manual: a way out, and no docker_gwbridge.
        await Two.DockerAsync("network create -d dovesnap --internal -o ovs.bridge.mode=nat --subnet 10.89.0.0/24 net2");
        var inside = await Two.SleepAsync("--network net2", "inside");
        await inside.ReachesAsync(LabHost.OutsideAddress);
        (await inside.ExecAsync("ls /sys/class/net")).Text.Split().ShouldBe(["eth0", "lo"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_northbound_database_can_be_named_by_a_flag()
    {
        await Two.RunAsync("ovs-vsctl remove Open_vSwitch . external_ids ovn-nb");
        await ServeAsync($"--ovn-nb tcp:{Central.Address}:6641");
        await CreateNetworksAsync("--subnet 10.88.0.0/24");
        await One.WebAsync("--network net1 --ip 10.88.0.10");
        (await (await Two.SleepAsync("--network net1 --ip 10.88.0.20")).FetchAsync("http://10.88.0.10")).ShouldBe("web");
        (await Two.TryRunAsync("hawser ovn status")).Output.ShouldContain("external_ids:ovn-nb of table Open_vSwitch is not set");
        await Two.HawserAsync($"ovn status --ovn-nb tcp:{Central.Address}:6641");
    }

    [Fact]
    public async Task The_integration_bridge_is_the_one_that_is_named()
    {
        await Two.RunAsync("ovs-vsctl set Open_vSwitch . external_ids:ovn-bridge=br-ovn");
        await Eventually.SucceedsAsync(() => Two.TryRunAsync("ovs-vsctl br-exists br-ovn"));
        await CreateNetworksAsync("--subnet 10.88.0.0/24");
        await One.WebAsync("--network net1 --ip 10.88.0.10");
        (await (await Two.SleepAsync("--network net1 --ip 10.88.0.20")).FetchAsync("http://10.88.0.10")).ShouldBe("web");
        (await Two.RunAsync("ovs-vsctl list-ports br-ovn")).Text.ShouldContain("hwp");
    }

    async Task ServeAsync(string flags)
    {
        await Two.StopAsync("hawser");
        await Two.ServeAsync(flags);
    }
}
