using System.Diagnostics;
using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>A daemon dies, a host reboots, a database goes away: containers and OVN are in step again.</summary>
[Collection(FragileClusterDefinition.Name)]
public sealed class OvnRestartTests(FragileCluster cluster) : ClusterTest(cluster)
{
    public override async Task DisposeAsync()
    {
        foreach (var daemon in new[] { "ovn-nb", "ovn-sb", "ovn-northd" }) await Central.StartAsync(daemon);
        foreach (var daemon in new[] { "ovsdb-server", "ovs-vswitchd", "ovn-controller", "hawser", "dockerd" }) await Two.StartAsync(daemon);
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("hawser")]
    [InlineData("ovn-controller")]
    [InlineData("ovs-vswitchd")]
    [InlineData("ovsdb-server")]
    public async Task After_the_death_of_a_daemon_all_is_well(string daemon)
    {
        var client = await StartPairAsync();
        await Two.RestartAfterKillAsync(daemon);
        await AllIsWellAsync(client);
        await NewContainerIsWellAsync();
    }

    [Fact]
    public async Task After_the_death_of_ovs_vswitchd_it_knows_the_other_host_before_anything_is_sent()
    {
        await CreateNetworksAsync("--subnet 10.83.0.0/24");
        await Two.RestartAfterKillAsync("ovs-vswitchd");
        await Eventually.TrueAsync(() => Two.KnowsAsync(One), "the other host is not known");
    }

    [Theory]
    [InlineData("ovn-nb")]
    [InlineData("ovn-sb")]
    [InlineData("ovn-northd")]
    public async Task After_the_death_of_a_central_daemon_all_is_well(string daemon)
    {
        var client = await StartPairAsync();
        await Central.RestartAfterKillAsync(daemon);
        await AllIsWellAsync(client);
        await NewContainerIsWellAsync();
    }

    [Fact]
    public async Task After_the_death_of_dockerd_the_containers_start_again_with_their_addresses()
    {
        var client = await StartPairAsync("--restart always");
        await Two.RestartAfterKillAsync("dockerd");
        await AllIsWellAsync(client);
        await PortsAreAsync(2);
    }

    [Fact]
    public async Task After_a_reboot_the_containers_start_again_with_their_addresses()
    {
        var client = await StartPairAsync("--restart always");
        await Two.RebootAsync();
        await AllIsWellAsync(client);
        await PortsAreAsync(2);
    }

    [Fact]
    public async Task After_a_reboot_without_restart_policies_the_dead_containers_ports_go()
    {
        await StartPairAsync();
        await Two.RebootAsync();
        await PortsAreAsync(1);
    }

    [Fact]
    public async Task A_port_that_a_stranger_deleted_is_back_by_itself()
    {
        var client = await StartPairAsync();
        foreach (var port in await Central.NamesAsync("Logical_Switch_Port")) await Central.NbctlAsync("lsp-del " + port);
        await PortsAreAsync(2);
        await AllIsWellAsync(client);
    }

    [Fact]
    public async Task After_the_loss_of_the_northbound_database_it_is_filled_again()
    {
        var client = await StartPairAsync();
        await Central.StopAsync("ovn-nb");
        await Central.RunAsync("rm /var/lib/ovn/ovnnb_db.db");
        await Central.StartAsync("ovn-nb");
        await PortsAreAsync(2);
        await AllIsWellAsync(client);
    }

    [Fact]
    public async Task Without_the_northbound_database_running_containers_are_not_affected_and_a_new_one_fails_in_time()
    {
        var client = await StartPairAsync();
        await Central.KillAsync("ovn-nb");
        var clock = Stopwatch.StartNew();
        var refused = await Two.TryDockerAsync("run -d --name late --network net1 busybox sleep 1h");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain("OVN's northbound database at tcp:");
        await client.ReachesAsync("10.86.0.10");
        await Central.StartAsync("ovn-nb");
        await Two.DockerAsync("rm -f late");
        await NewContainerIsWellAsync();
    }

    [Fact]
    public async Task A_northbound_database_that_falls_silent_does_not_hold_up_the_driver_ovs()
    {
        await StartPairAsync();
        await Central.RunAsync("kill -STOP $(cat /run/ovn/ovnnb_db.pid)");
        try
        {
            var late = Two.TryDockerAsync("run -d --name late --network net1 busybox sleep 1h");
            // Its link is made in the round that waits for the database.
            await Eventually.SucceedsAsync(() => Two.TryRunAsync("set -- /sys/class/net/hwp*; (($# == 2))"));
            var clock = Stopwatch.StartNew();
            await Two.DockerAsync("network create -d ovs --subnet 10.87.0.0/24 plain");
            await Two.DockerAsync("run --rm --network plain busybox true");
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(8));
            (await late).Output.ShouldContain("OVN's northbound database at tcp:");
        }
        finally
        {
            await Central.RunAsync("kill -CONT $(cat /run/ovn/ovnnb_db.pid)");
        }
        await Two.DockerAsync("rm -f late");
        await NewContainerIsWellAsync();
    }

    [Fact]
    public async Task A_container_whose_flows_are_not_installed_fails_in_time_and_leaves_nothing()
    {
        await StartPairAsync();
        await Two.KillAsync("ovn-controller");
        var clock = Stopwatch.StartNew();
        var refused = await Two.TryDockerAsync("run --rm --network net1 busybox true");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(18));
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain("ovn-controller has not installed the flows of port");
        await PortsAreAsync(2);
        await Two.StartAsync("ovn-controller");
        await NewContainerIsWellAsync();
    }

    [Fact]
    public async Task Without_the_northbound_database_containers_and_networks_can_be_removed()
    {
        await StartPairAsync();
        await Central.KillAsync("ovn-nb");
        await Two.DockerAsync("rm -f client");
        await Two.DockerAsync("network rm net1");
        await Central.StartAsync("ovn-nb");
        await PortsAreAsync(1);
    }

    async Task<Container> StartPairAsync(string options = "")
    {
        await CreateNetworksAsync("--subnet 10.86.0.0/24");
        await One.WebAsync("--network net1 --ip 10.86.0.10");
        var client = await Two.SleepAsync($"{options} --network net1 --ip 10.86.0.20");
        await AllIsWellAsync(client);
        return client;
    }

    static async Task AllIsWellAsync(Container client) => (await client.FetchAsync("http://10.86.0.10")).ShouldBe("web");

    async Task NewContainerIsWellAsync() => await AllIsWellAsync(await Two.SleepAsync("--network net1 --ip 10.86.0.30", "late"));

    Task PortsAreAsync(int count) => Eventually.TrueAsync(
        async () => (await Central.NamesAsync("Logical_Switch_Port")).Length == count, $"there are not {count} ports", TimeSpan.FromSeconds(45));
}
