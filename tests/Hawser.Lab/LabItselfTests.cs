using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>The ground the other tests stand on: needs no hawser.</summary>
[Collection(Collections.Bare)]
public sealed class LabItselfTests(BareHost host) : LabTest(host)
{
    [Fact]
    public async Task Docker_answers_its_version() =>
        (await Host.DockerAsync("version --format '{{.Server.Version}}'")).Text.ShouldMatch(@"^\d+\.\d+\.\d+");

    [Fact]
    public async Task Open_vSwitch_answers_with_the_hosts_name() =>
        (await OvsAsync("get Open_vSwitch . external_ids:system-id")).ShouldBe(Host.Name);

    [Fact]
    public async Task A_container_runs_without_a_network() =>
        (await Host.DockerAsync("run --rm --net none busybox echo hello")).Text.ShouldBe("hello");

    [Fact]
    public async Task The_outside_reaches_the_host_over_both_protocols()
    {
        await Host.OutsideAsync($"ping -c1 -w10 {Host.Address}");
        await Host.OutsideAsync($"ping -c1 -w10 {Host.Address6}");
    }

    [Fact]
    public async Task The_outside_sees_who_asks()
    {
        using var server = await LabHost.ServeOutsideAsync();
        (await FetchFromHostAsync(server.Who)).Text.ShouldContain(Host.Address);
        (await FetchFromHostAsync(server.Who6)).Text.ShouldContain(Host.Address6);
    }

    [Fact]
    public async Task The_image_serves_pages_names_and_datagrams()
    {
        await Host.DockerAsync("network create plain");
        await WebAsync("--network plain");
        var port = LabHost.NextPort();
        await Host.RunContainerAsync("echo", $"--network plain -p {port}:9000/udp", "echo-server udp 9000");
        var client = await SleepAsync("--network plain");
        (await client.FetchAsync("http://web")).ShouldBe("web");
        (await AskUdpAsync(Host.Address, port)).Text.ShouldBe("hello");
    }

    [Fact]
    public async Task A_reboot_empties_run_and_keeps_the_disk()
    {
        await Host.RunAsync("touch /run/gone /var/lib/kept; ovs-vsctl add-br kept -- set bridge kept datapath_type=netdev");
        await Host.DockerAsync("run -d --name sleeper --net none busybox sleep 1h");
        await Host.RebootAsync();
        (await Host.TryRunAsync("test -e /run/gone")).Succeeded.ShouldBeFalse();
        await Host.RunAsync("rm /var/lib/kept; ovs-vsctl br-exists kept && ovs-vsctl del-br kept");
        (await Host.DockerAsync("inspect -f '{{.State.Running}}' sleeper")).Text.ShouldBe("false");
    }

    [Theory]
    [InlineData("ovs-vswitchd")]
    [InlineData("ovsdb-server")]
    [InlineData("dockerd")]
    public async Task A_killed_daemon_stays_dead_until_it_is_started(string daemon)
    {
        await Host.KillAsync(daemon);
        (await Host.TryRunAsync($"pgrep -x {daemon}")).Succeeded.ShouldBeFalse();
        await Host.StartAsync(daemon);
        await Host.RunAsync($"pgrep -x {daemon}");
    }
}
