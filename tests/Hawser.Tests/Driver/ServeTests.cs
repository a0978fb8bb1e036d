using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hawser.Tests.Protocol;

namespace Hawser.Tests.Driver;

/// <summary>How the daemon ends and logs, and what the other commands say of it.</summary>
public sealed class ServeTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_it_with_exit_code_0_and_its_socket_goes(string signal)
    {
        await using var host = await DriverHost.StartAsync();
        File.Exists(host.Socket).ShouldBeTrue();
        (await host.EndDaemonAsync(signal)).ShouldBe(0);
        File.Exists(host.Socket).ShouldBeFalse();
    }

    [Fact]
    public async Task A_log_of_JSON_is_an_object_a_line()
    {
        await using var host = await DriverHost.StartWithoutDaemonAsync();
        var log = (await host.StartDaemonAsync(flags: ["--log-format", "json"])).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var started = log[^1];
        foreach (var field in new[] { "time", "level", "category", "message" }) started.GetProperty(field).GetString().ShouldNotBeNullOrEmpty();
        started.GetProperty("event").GetInt32().ShouldBe(1);
        started.GetProperty("networks").GetString().ShouldBe("0");
    }

    [Fact]
    public async Task Status_and_diff_end_with_1_where_something_is_wrong_and_say_what()
    {
        await using var host = await DriverHost.StartAsync();
        // Calls are answered before Open vSwitch's database is.
        await DriverHost.EventuallyAsync(async () => (await host.HawserAsync("status")).ExitCode == 0, "status says that all is well");
        (await host.HawserAsync("diff")).ExitCode.ShouldBe(0);

        // Without Docker, which was not asked what lives, nothing surplus is removed.
        var instance = (await host.StatusAsync()).GetProperty("instance").GetString();
        await host.VsctlAsync("--no-wait", "add-br", "br-surplus", "--", "set", "Bridge", "br-surplus", $"external_ids:hawser-instance={instance}", "external_ids:hawser-unit=bridge/br-surplus");
        await DriverHost.EventuallyAsync(async () => await host.HawserAsync("diff") is (1, var output) && output.Contains("Bridge br-surplus should not exist", StringComparison.Ordinal), "diff shows the surplus bridge");

        await host.Database.KillAsync();
        await DriverHost.EventuallyAsync(async () => await host.HawserAsync("status") is (1, var output) && output.Contains("is away", StringComparison.Ordinal), "status says that the database is away");
    }

    [Fact]
    public async Task Status_says_so_where_the_database_has_not_answered_yet()
    {
        await using var host = await DriverHost.StartWithoutDaemonAsync();
        await host.Database.KillAsync();
        File.Delete(host.Database.SocketPath);
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint(host.Database.SocketPath));
        silent.Listen();
        await host.StartDaemonAsync();

        var (exitCode, output) = await host.HawserAsync("status");

        exitCode.ShouldBe(1);
        output.ShouldContain($"Open vSwitch's database at unix:{host.Database.SocketPath} is away: not connected yet");
    }

    [Fact]
    public async Task Diff_orphans_and_purge_speak_JSON()
    {
        await using var host = await DriverHost.StartAsync();
        await DriverHost.EventuallyAsync(async () => await JsonAsync("diff") == """{"differences":[]}""", "nothing differs");
        (await JsonAsync("orphans")).ShouldBe("""{"orphans":[]}""");

        await host.VsctlAsync("--no-wait", "add-br", "br-stray", "--", "set", "Bridge", "br-stray",
            "external_ids:hawser-instance=gone", "external_ids:hawser-unit=bridge/br-stray");
        const string Stray = """[{"kind":"Bridge","name":"br-stray","instance":"gone","unit":"bridge/br-stray"}]""";
        await DriverHost.EventuallyAsync(async () => await JsonAsync("orphans") == $$"""{"orphans":{{Stray}}}""", "the orphan is seen");
        (await JsonAsync("purge")).ShouldBe($$"""{"removed":false,"orphans":{{Stray}}}""");
        (await JsonAsync("purge", "--yes")).ShouldBe($$"""{"removed":true,"orphans":{{Stray}}}""");

        async Task<string> JsonAsync(params IEnumerable<string> command) =>
            JsonSerializer.Serialize(JsonDocument.Parse((await host.HawserAsync([.. command, "--json"])).Output).RootElement);
    }

    [Fact]
    public async Task Rules_follow_a_Docker_that_is_started_with_the_other_iptables()
    {
        var networks = "[]";
        // Its events end at once, as when dockerd is started again and again.
        await using var docker = ScriptedEngine.Answering(target => ScriptedEngine.Ok(target switch
        {
            "GET /plugins" or "GET /containers/json" => "[]",
            _ when target.StartsWith("GET /networks?", StringComparison.Ordinal) => networks,
            _ when target.StartsWith("GET /networks/", StringComparison.Ordinal) => networks.Trim('[', ']'),
            _ => "",
        }));
        await using var host = await DriverHost.StartWithoutDaemonAsync();
        await host.RunAsync("iptables-nft", "-t", "nat", "-N", "DOCKER");
        await host.StartDaemonAsync(docker.SocketPath);
        await host.CallAsync("CreateNetwork", Calls.Network("n"));
        networks = $$"""[{"Id":"{{Calls.Id("n")}}","Name":"n","Driver":"ovs"}]""";
        (await host.RunAsync("iptables-nft-save")).ShouldContain("HAWSER-FORWARD");

        await host.RunAsync("iptables-nft", "-t", "nat", "-X", "DOCKER");
        await host.RunAsync("iptables-legacy", "-t", "nat", "-N", "DOCKER");

        await DriverHost.EventuallyAsync(async () => (await host.RunAsync("iptables-legacy-save")).Contains("HAWSER-FORWARD", StringComparison.Ordinal), "the rules are where Docker's are");
        await DriverHost.EventuallyAsync(async () => !(await host.RunAsync("iptables-nft-save")).Contains("HAWSER", StringComparison.Ordinal), "none is left where they were");
    }

    [Fact]
    public async Task A_network_that_is_removed_while_Docker_tells_of_it_is_not_taken_over()
    {
        await using var host = await DriverHost.StartWithoutDaemonAsync();
        var network = $$$"""{"Id":"{{{Calls.Id("n")}}}","Name":"n","Driver":"ovs","IPAM":{"Config":[{"Subnet":"10.90.0.0/24"}]}}""";
        var isRemoved = false;
        // Its events end at once, so that Docker is asked again a second later.
        await using var docker = ScriptedEngine.Writing(async (target, stream, ct) =>
        {
            if (target == "GET /containers/json" && !isRemoved)
            {
                // The network is in the list already when dockerd removes it.
                await host.CallAsync("DeleteNetwork", Calls.Ids("n"));
                isRemoved = true;
            }
            var answer = target switch
            {
                "GET /plugins" or "GET /containers/json" => "[]",
                _ when target.StartsWith("GET /networks?", StringComparison.Ordinal) => isRemoved ? "[]" : $"[{network}]",
                _ when target.StartsWith("GET /networks/", StringComparison.Ordinal) => network,
                _ => "",
            };
            await stream.WriteAsync(Encoding.UTF8.GetBytes("HTTP/1.1 " + ScriptedEngine.Ok(answer)), ct);
        });
        await host.StartDaemonAsync(docker.SocketPath);

        await DriverHost.EventuallyAsync(
            () => Task.FromResult(docker.Requests.Count(r => r.Line.StartsWith("GET /containers/json", StringComparison.Ordinal)) > 1),
            "Docker was asked again");
        (await host.LeftoversAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_network_of_layer_2_needs_no_address_for_a_gateway()
    {
        await using var host = await DriverHost.StartAsync();
        await ShouldSkipAsync(host, "flat", skips: true);
        await ShouldSkipAsync(host, "nat", skips: false);
    }

    static async Task ShouldSkipAsync(DriverHost host, string mode, bool skips)
    {
        var reply = await host.CallAsync("GwAllocCheck", new { Options = new Dictionary<string, object> { ["com.docker.network.generic"] = new Dictionary<string, string> { ["ovs.bridge.mode"] = mode } } });
        reply.GetProperty("SkipIPv4").GetBoolean().ShouldBe(skips);
        reply.GetProperty("SkipIPv6").GetBoolean().ShouldBe(skips);
    }
}
