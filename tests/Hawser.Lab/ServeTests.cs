using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>How the daemon is started, and what its flags mean.</summary>
[Collection(Collections.Fragile)]
public sealed class ServeTests(FragileHost host) : LabTest(host)
{
    const string Socket = "/run/docker/plugins/ovs.sock";

    protected override async Task TidyAsync()
    {
        await Host.StopAsync("hawser");
        await Host.StartAsync("hawser");
    }

    [Fact]
    public async Task The_older_flags_make_a_network_once_that_is_named_after_its_bridge()
    {
        const string Flags = "--bridge-name ovsbr-docker0 --bridge-subnet 10.71.0.0/24 --mtu 1400";
        await Host.StopAsync("hawser");
        await Host.ServeAsync(Flags);
        await NetworkExistsAsync("ovsbr-docker0");
        await Host.StopAsync("hawser");
        await Host.ServeAsync(Flags);
        await NetworkExistsAsync("ovsbr-docker0");

        var client = await SleepAsync("--network ovsbr-docker0");
        (await client.DefaultRoutesAsync()).ShouldContain("via 10.71.0.1");
        (await client.ExecAsync("cat /sys/class/net/eth0/mtu")).Text.ShouldBe("1400");
        await client.ReachesAsync(LabHost.OutsideAddress);
        (await OvsAsync("list-br")).ShouldBe("ovsbr-docker0");
    }

    [Fact]
    public async Task The_older_flags_wait_for_a_Docker_that_starts_later()
    {
        await Host.StopAsync("dockerd");
        await Host.StopAsync("hawser");
        await Host.ServeAsync("--bridge-name ovsbr-docker0 --bridge-subnet 10.71.0.0/24 --gateway 10.71.0.254 --mode flat");
        await Host.StartAsync("dockerd");
        await NetworkExistsAsync("ovsbr-docker0");
        (await SleepAsync("--network ovsbr-docker0").ContinueWith(c => c.Result.DefaultRoutesAsync()).Unwrap()).ShouldContain("via 10.71.0.254");
        (await Host.RunAsync("ip -o address")).Stdout.ShouldNotContain("10.71.0.");
    }

    [Fact]
    public async Task The_older_flags_wait_for_an_Open_vSwitch_that_starts_later()
    {
        await Host.StopAsync("hawser");
        await Host.KillAsync("ovsdb-server");
        await Host.ServeAsync("--bridge-name ovsbr-late");
        await Eventually.SucceedsAsync(() => Host.TryRunAsync("grep 'Docker network ovsbr-late of the command line could not be made' /var/log/hawser.log"));
        await Host.StartAsync("ovsdb-server");
        await NetworkExistsAsync("ovsbr-late");
    }

    [Fact]
    public async Task The_mode_of_the_daemon_is_that_of_networks_that_name_none()
    {
        await Host.StopAsync("hawser");
        await Host.ServeAsync("--mode flat");
        await CreateNetworkAsync("--subnet 10.72.0.0/24", "flat");
        await CreateNetworkAsync("--subnet 10.73.0.0/24 -o ovs.bridge.mode=nat", "nat");
        var addresses = (await Host.RunAsync("ip -o address")).Stdout;
        addresses.ShouldNotContain("10.72.0.");
        addresses.ShouldContain("10.73.0.1/24");
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_passed_over_for_the_next()
    {
        await Host.StopAsync("hawser");
        await Host.ServeAsync("--ovsdb tcp:127.0.0.1:9,unix:/run/openvswitch/db.sock");
        await CreateNetworkAsync("");
        await WebAsync("--network net1");
        (await (await SleepAsync("--network net1")).FetchAsync("http://web")).ShouldBe("web");
    }

    [Fact]
    public async Task The_socket_is_roots_alone_and_goes_with_a_clean_stop()
    {
        (await Host.RunAsync($"stat -c '%a %U' {Socket}")).Text.ShouldBe("600 root");
        await Host.StopAsync("hawser");
        (await Host.TryRunAsync($"test -e {Socket}")).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task A_socket_that_a_killed_daemon_left_is_replaced()
    {
        await Host.KillAsync("hawser");
        await Host.RunAsync($"test -S {Socket}");
        await Host.StartAsync("hawser");
        await CreateNetworkAsync("");
    }

    [Theory]
    [InlineData("--help", 0)]
    [InlineData("version", 0)]
    [InlineData("serve --help", 0)]
    [InlineData("status", 1)]
    [InlineData("serve --mode bridge", 2)]
    [InlineData("serve --bridge-subnet 10.71.0.0/24", 2)]
    [InlineData("serve --bridge-name a/b", 2)]
    [InlineData("serve --nonsense", 2)]
    [InlineData("nonsense", 2)]
    public async Task The_exit_code_tells_success_from_failure_from_a_wrong_command(string arguments, int code)
    {
        await Host.StopAsync("hawser");
        (await Host.TryRunAsync("hawser " + arguments)).ExitCode.ShouldBe(code);
    }

    Task NetworkExistsAsync(string name) => Eventually.TrueAsync(
        async () => (await Host.DockerAsync("network ls --filter driver=ovs --format '{{.Name}}'")).Text == name, $"the network {name} is not alone there");
}
