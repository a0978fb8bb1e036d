using System.Diagnostics;
using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>A daemon dies, a host reboots, a stranger meddles: containers and Open vSwitch are in step again.</summary>
[Collection(Collections.Fragile)]
public sealed class RestartTests(FragileHost host) : LabTest(host)
{
    readonly int _port = LabHost.NextPort();

    [Fact]
    public async Task Traffic_goes_on_while_hawser_is_dead()
    {
        var client = await StartPairAsync();
        await Host.KillAsync("hawser");
        await AllIsWellAsync(client);
        await Host.StartAsync("hawser");
        await AllIsWellAsync(client);
    }

    [Trait("DependsOn", "versions")]
    [Theory]
    [InlineData("kill -9")]
    [InlineData("clean")]
    public async Task A_restart_of_hawser_drops_no_packet_of_a_running_flow(string how)
    {
        var client = await StartPairAsync();
        var web = new Container(Host, "web");
        var flows = new[] { await web.AddressAsync(), LabHost.OutsideAddress, "10.56.0.1" }.Select(client.CountLostAsync).ToArray();
        if (how == "clean") await Host.StopAsync("hawser");
        else await Host.KillAsync("hawser");
        await Host.StartAsync("hawser");
        await NewContainerIsWellAsync();
        (await Task.WhenAll(flows)).ShouldBe([0, 0, 0]);
    }

    [Fact]
    public async Task A_port_deleted_while_hawser_is_dead_is_back_after_its_start()
    {
        var client = await StartPairAsync();
        await Host.KillAsync("hawser");
        await DeletePortsAsync();
        await Host.StartAsync("hawser");
        await AllIsWellAsync(client);
    }

    [Fact]
    public async Task A_port_deleted_while_hawser_runs_is_back_by_itself()
    {
        var client = await StartPairAsync();
        await DeletePortsAsync();
        await AllIsWellAsync(client);
    }

    [Fact]
    public async Task A_bridge_deleted_while_hawser_runs_is_back_by_itself()
    {
        var client = await StartPairAsync();
        await Host.RunAsync("ovs-vsctl --timeout=10 del-br br-restart");
        await AllIsWellAsync(client);
    }

    [Fact]
    public async Task The_rules_of_the_firewall_come_back_by_themselves_after_a_flush()
    {
        var client = await StartPairAsync();
        await Host.RunAsync("iptables -t nat -F; iptables -F");
        await AllIsWellAsync(client);
    }

    [Fact]
    public async Task Rules_that_were_flushed_while_hawser_was_dead_are_back_after_its_start()
    {
        var client = await StartPairAsync();
        await Host.KillAsync("hawser");
        await Host.RunAsync("iptables -t nat -F; iptables -F");
        await Host.StartAsync("hawser");
        await AllIsWellAsync(client);
    }

    [Trait("DependsOn", "versions")]
    [Theory]
    [InlineData("ovs-vswitchd")]
    [InlineData("ovsdb-server")]
    public async Task After_the_death_of_a_part_of_Open_vSwitch_all_is_well(string daemon)
    {
        var client = await StartPairAsync();
        await Host.RestartAfterKillAsync(daemon);
        await AllIsWellAsync(client);
        await NewContainerIsWellAsync();
    }

    [Fact]
    public async Task Without_the_database_a_container_fails_with_a_sentence_in_time_and_works_again_later()
    {
        await CreateNetworkAsync("");
        await WebAsync("--network net1");
        await Host.KillAsync("ovsdb-server");
        var clock = Stopwatch.StartNew();
        var refused = await Host.TryDockerAsync("run -d --name client --network net1 busybox sleep 1h");
        clock.Stop();
        await Host.StartAsync("ovsdb-server");
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain("Open vSwitch");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        await Host.DockerAsync("rm -f client");
        await NewContainerIsWellAsync();
    }

    [Fact]
    public async Task Without_the_database_containers_and_networks_can_be_removed()
    {
        await CreateNetworkAsync("");
        await SleepAsync("--network net1");
        await Host.KillAsync("ovsdb-server");
        var removed = await Host.TryDockerAsync("rm -f client");
        var forgotten = await Host.TryDockerAsync("network rm net1");
        await Host.StartAsync("ovsdb-server");
        removed.Succeeded.ShouldBeTrue(removed.ToString());
        forgotten.Succeeded.ShouldBeTrue(forgotten.ToString());
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task After_the_death_of_dockerd_the_containers_start_again_with_their_network()
    {
        var client = await StartPairAsync("--restart always");
        await Host.RestartAfterKillAsync("dockerd");
        await AllIsWellAsync(client);
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task After_a_reboot_the_containers_start_again_with_their_network()
    {
        var client = await StartPairAsync("--restart always");
        await Host.RebootAsync();
        await AllIsWellAsync(client);
        await NewContainerIsWellAsync();
        // Docker closes FORWARD only where it switches forwarding on itself, and hawser was first.
        (await Host.RunAsync("sysctl -n net.ipv4.ip_forward; iptables -S FORWARD | head -n1")).Text.ShouldBe("1\n-P FORWARD DROP");
    }

    [Fact]
    public async Task After_a_reboot_without_restart_policies_only_the_network_is_back()
    {
        await StartPairAsync();
        await Host.RebootAsync(holdDocker: true);
        await Host.StartAsync("hawser");
        await Host.StartAsync("dockerd");
        (await Host.DockerAsync("ps -q")).Text.ShouldBeEmpty();
        await Eventually.SucceedsAsync(() => Host.TryRunAsync("ip -4 -o address show dev br-restart | grep -F 10.56.0.1/24"));
        await Eventually.TrueAsync(async () => (await OvsAsync("list-ports br-restart")).Length == 0, "a dead container has a port");
        await Host.DockerAsync("start web client");
        await AllIsWellAsync(new Container(Host, "client"));
    }

    [Fact]
    public async Task After_the_loss_of_Open_vSwitchs_database_the_running_containers_are_back_in_it()
    {
        var client = await StartPairAsync();
        await Host.StopAsync("ovs-vswitchd");
        await Host.StopAsync("ovsdb-server");
        await Host.RunAsync("rm /etc/openvswitch/conf.db");
        await Host.StartAsync("ovsdb-server");
        await Host.StartAsync("ovs-vswitchd");
        await AllIsWellAsync(client);
    }

    [Theory]
    [InlineData("/var/lib/hawser")]
    [InlineData("/var/lib/hawser /run/hawser")]
    public async Task After_the_loss_of_hawsers_own_folders_networks_and_endpoints_are_taken_over(string folders)
    {
        var client = await StartPairAsync("--expose 81 --publish-all");
        var published = await PublishedAsync();
        published.Split('\n').Length.ShouldBe(3);
        await Host.KillAsync("hawser");
        await Host.RunAsync($"find {folders} -mindepth 1 -delete");
        await Host.StartAsync("hawser");
        await AllIsWellAsync(client);
        (await PublishedAsync()).ShouldBe(published);
        await NewContainerIsWellAsync();
        // Its new identity makes strangers of what it made before; the owner decides about those.
        await RemoveAllAsync();
        await Host.HawserAsync("purge --yes");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_network_that_is_half_gone_can_be_removed()
    {
        await CreateNetworkAsync("-o ovs.bridge.name=br-restart");
        await Host.KillAsync("hawser");
        await Host.RunAsync("ovs-vsctl --timeout=10 --if-exists del-br br-restart; rm -f /var/lib/hawser/networks/*");
        await Host.StartAsync("hawser");
        await Host.DockerAsync("network rm net1");
    }

    [Trait("DependsOn", "versions")]
    [Theory]
    [InlineData("docker restart -t 0 client")]
    [InlineData("docker network disconnect net1 client && docker network connect net1 client")]
    public async Task A_container_whose_link_was_deleted_is_told_of_and_is_back_by_what_the_manual_says(string advice)
    {
        var client = await StartPairAsync();
        var link = (await Host.RunAsync($"ovs-vsctl --bare --columns=name find Interface 'external_ids:attached-mac=\"{await client.MacAsync()}\"'")).Text;
        await Host.RunAsync($"ip link delete {link}");
        await Eventually.SucceedsAsync(() => Host.TryRunAsync($"hawser status | grep -q 'link {link} is gone; restart the container'"));

        await Host.RunAsync(advice);

        await AllIsWellAsync(client);
    }

    /// <summary>A web server with a published port and a client, on one nat network.</summary>
    async Task<Container> StartPairAsync(string options = "")
    {
        await CreateNetworkAsync("--subnet 10.56.0.0/24 -o ovs.bridge.name=br-restart");
        await WebAsync($"{options} --network net1 -p {_port}:80");
        var client = await SleepAsync($"{options} --network net1");
        await AllIsWellAsync(client);
        return client;
    }

    async Task AllIsWellAsync(Container client)
    {
        (await client.FetchAsync("http://web")).ShouldBe("web");
        await client.ReachesAsync(LabHost.OutsideAddress);
        (await FetchFromOutsideAsync($"http://{Host.Address}:{_port}")).Text.ShouldBe("web");
        // An endpoint that died with its dockerd is forgotten once Docker was seen not to know it.
        await Eventually.TrueAsync(async () => (await Host.RunAsync("ls /run/hawser/endpoints | wc -l")).Text == "2", "there are not two endpoints", TimeSpan.FromSeconds(60));
    }

    async Task NewContainerIsWellAsync()
    {
        var late = await SleepAsync("--network net1", "late");
        (await late.FetchAsync("http://web")).ShouldBe("web");
    }

    async Task<string> PublishedAsync() => (await Host.RunAsync("hawser status --json | jq -r '.endpoints[].published[]' | sort")).Text;

    Task<CommandResult> DeletePortsAsync() =>
        Host.RunAsync("for port in $(ovs-vsctl list-ports br-restart); do ovs-vsctl --timeout=10 del-port \"$port\"; done");
}
