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
        // An endpoint that comes before the loss is noticed is answered by its links; its rows follow.
        await DriverHost.EventuallyAsync(async () => !await IsDatabaseLiveAsync(host), "the daemon knows that the database is away");

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

    static async Task<bool> IsDatabaseLiveAsync(DriverHost host) =>
        (await host.StatusAsync()).GetProperty("database").GetProperty("live").GetBoolean();

    [Fact]
    public async Task Activation_does_not_wait_for_the_database()
    {
        await using var host = await DriverHost.StartWithoutDaemonAsync();
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

    [Fact]
    public async Task A_port_is_not_said_to_be_published_while_iptables_cannot_be_started()
    {
        string[] programs = ["iptables-restore", "iptables-nft-restore", "iptables-legacy-restore"];
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", "e"));
        await host.CallAsync("Join", Calls.Join("n", "e"));
        foreach (var program in programs) host.BreakProgram(program);

        var refused = await host.TryCallAsync("ProgramExternalConnectivity", Calls.Publish("n", "e", 8081));

        refused.Status.ShouldBe(500);
        refused.Err!.ShouldContain("could not be started: Permission denied");
        foreach (var program in programs) host.MendProgram(program);
        await host.CallAsync("ProgramExternalConnectivity", Calls.Publish("n", "e", 8081));
        (await host.RunAsync("iptables-save", "-t", "nat")).ShouldContain("--dport 8081 -j DNAT --to-destination 10.90.0.5:80");
    }

    [Fact]
    public async Task A_record_that_cannot_be_deleted_is_told_of_and_holds_nobody_else_up()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        var endpoints = Enumerable.Range(10, 6).ToList();
        foreach (var i in endpoints)
        {
            await host.CallAsync("CreateEndpoint", Calls.Endpoint("n", $"e{i}", $"10.90.0.{i}/24"));
            // Its port is in the database after that, so that it cannot go before the database is back.
            await host.CallAsync("Join", Calls.Join("n", $"e{i}"));
        }
        await host.Database.KillAsync();
        await Task.WhenAll(endpoints.Select(i => host.CallAsync("DeleteEndpoint", Calls.Ids("n", $"e{i}"))));
        // What a folder that cannot be written does to a file: it cannot be deleted.
        var file = host.FileOf(Calls.Id("e12"));
        File.Delete(file);
        Directory.CreateDirectory(file);
        await host.Database.StartAsync();

        await DriverHost.EventuallyAsync(async () => (await EndpointsAsync()).Count == 1, "the others are gone");
        await DriverHost.EventuallyAsync(
            async () => (await EndpointsAsync())[0]?.Contains($"{file} cannot be deleted", StringComparison.Ordinal) == true,
            "the file is named");
        host.Records.ShouldBe([Calls.Id("n")]);

        Directory.Delete(file);
        await DriverHost.EventuallyAsync(async () => (await EndpointsAsync()).Count == 0, "it is forgotten");

        async Task<List<string?>> EndpointsAsync() =>
            [.. (await host.StatusAsync()).GetProperty("endpoints").EnumerateArray().Select(e => e.TryGetProperty("detail", out var detail) ? detail.GetString() : null)];
    }

    [Theory]
    [InlineData("nft", "legacy")]
    [InlineData("legacy", "nft")]
    public async Task Rules_in_the_former_iptables_go_if_the_host_was_switched_to_the_other_while_Hawser_was_away(string former, string now)
    {
        await using var host = await DriverHost.StartWithoutDaemonAsync();
        host.UseIptables(former);
        await host.StartDaemonAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        await host.RunAsync($"iptables-{former}", "-N", "THEIRS");
        (await host.RunAsync($"iptables-{former}-save")).ShouldContain("HAWSER");
        await host.KillDaemonAsync();
        host.UseIptables(now);
        await host.StartDaemonAsync();

        await DriverHost.EventuallyAsync(
            async () => !(await host.RunAsync($"iptables-{former}-save")).Contains("HAWSER", StringComparison.Ordinal),
            "the rules of before are gone");
        (await host.RunAsync($"iptables-{former}-save")).ShouldContain(":THEIRS ");
        (await host.RunAsync($"iptables-{now}-save")).ShouldContain("HAWSER");
    }
}
