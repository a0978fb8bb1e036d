using System.Diagnostics;

namespace Hawser.Tests.Driver;

public sealed class FaultTests
{
    static readonly TimeSpan DockersPatience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Without_the_database_calls_fail_in_bounded_time_and_say_so_and_work_again_afterwards()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        await host.Database.KillAsync();

        var started = Stopwatch.StartNew();
        var refused = await host.TryCallAsync("CreateEndpoint", Calls.Endpoint("n", "e"));
        started.Elapsed.ShouldBeLessThan(DockersPatience);
        refused.Status.ShouldBe(500);
        refused.Err!.ShouldContain(host.Database.SocketPath);
        refused.Err!.ShouldContain("not reachable");

        await host.Database.StartAsync();
        await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", "e"));
        await host.CallAsync("Join", Calls.Join("n", "e"));
    }

    [Fact]
    public async Task Activation_does_not_wait_for_the_database()
    {
        await using var host = await DriverHost.StartAsync();
        await host.KillDaemonAsync();
        await host.Database.KillAsync();
        await host.StartDaemonAsync();
        using var connection = await Protocol.HttpConnection.OpenAsync(host.Socket);
        await connection.CallAsync("/Plugin.Activate", "");
        var started = Stopwatch.StartNew();
        (await connection.CallAsync("/Plugin.Activate", "")).Text.ShouldBe("""{"Implements":["NetworkDriver"]}""");
        (await connection.CallAsync("/NetworkDriver.GetCapabilities", "")).Status.ShouldBe(200);
        started.ElapsedMilliseconds.ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task What_is_taken_away_while_the_database_is_away_goes_when_it_is_back()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", "e"));
        await host.CallAsync("Join", Calls.Join("n", "e"));
        await host.Database.KillAsync();

        var started = Stopwatch.StartNew();
        await host.CallAsync("Leave", Calls.Ids("n", "e"));
        await host.CallAsync("DeleteEndpoint", Calls.Ids("n", "e"));
        await host.CallAsync("DeleteNetwork", Calls.Ids("n"));
        started.Elapsed.ShouldBeLessThan(DockersPatience);

        await host.Database.StartAsync();
        await DriverHost.EventuallyAsync(async () => (await host.LeftoversAsync()).Count == 0, "nothing is left");
    }

    [Fact]
    public async Task A_network_with_many_lost_endpoints_is_removed_in_time_while_the_database_is_away()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        foreach (var i in Enumerable.Range(10, 9)) await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", $"e{i}", $"10.90.0.{i}/24"));
        await host.Database.KillAsync();

        var started = Stopwatch.StartNew();
        await host.CallAsync("DeleteNetwork", Calls.Ids("n"));
        started.Elapsed.ShouldBeLessThan(DockersPatience / 2);

        await host.Database.StartAsync();
        await DriverHost.EventuallyAsync(async () => (await host.LeftoversAsync()).Count == 0, "nothing is left");
    }

    [Fact]
    public async Task What_was_answered_survives_a_kill()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", "e"));
        await host.KillDaemonAsync();
        host.Records.Order().ShouldBe(new[] { Calls.Id("n"), Calls.Id("e") }.Order());

        await host.StartDaemonAsync();
        await host.CallAsync("Join", Calls.Join("n", "e"));
        await host.CallAsync("ProgramExternalConnectivity", Calls.Publish("n", "e", 8081));
        await host.KillDaemonAsync();
        await host.RunAsync("iptables", "-t", "nat", "-F");
        await host.VsctlAsync("del-br", (await host.VsctlAsync("list-br")).Trim());

        await host.StartDaemonAsync();
        await DriverHost.EventuallyAsync(async () => (await host.StatusAsync()).GetProperty("healthy").GetBoolean(), "all is made again");
        (await host.RunAsync("iptables-save", "-t", "nat")).ShouldContain("--dport 8081 -j DNAT --to-destination 10.90.0.5:80");
        (await host.RunAsync("ip", "-4", "-o", "address")).ShouldContain("10.90.0.1/24");
    }

    [Fact]
    public async Task A_port_that_a_stranger_deletes_is_back_at_once()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", "e"));
        await host.CallAsync("Join", Calls.Join("n", "e"));
        var port = (await host.StatusAsync()).GetProperty("endpoints")[0].GetProperty("port").GetString()!;

        await host.VsctlAsync("--no-wait", "del-port", port);

        await DriverHost.EventuallyAsync(async () => (await host.VsctlAsync("--columns=ofport", "--bare", "find", "Interface", $"name={port}")).Trim() is { Length: > 0 } and not "-1", "the port is there");
    }

    [Fact]
    public async Task A_wrong_option_of_a_stranger_on_our_port_is_put_right_and_his_own_keys_stay()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n", options: ("ovs.bridge.vlan", "7")));
        await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", "e"));
        await host.CallAsync("Join", Calls.Join("n", "e"));
        var port = (await host.StatusAsync()).GetProperty("endpoints")[0].GetProperty("port").GetString()!;

        await host.VsctlAsync("set", "Port", port, "tag=8", "external_ids:theirs=1");

        await DriverHost.EventuallyAsync(async () => (await host.VsctlAsync("get", "Port", port, "tag")).Trim() == "7", "the tag is 7");
        (await host.VsctlAsync("get", "Port", port, "external_ids:theirs")).Trim().Trim('"').ShouldBe("1");
    }
}
