using Hawser.Core;

namespace Hawser.Tests.Driver;

/// <summary><c>hawser explain</c>: what must exist, in words and rows, and what of it is there.</summary>
public sealed class ExplainTests
{
    [Fact]
    public async Task It_tells_what_a_network_and_a_container_need_and_what_is_missing()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("ops", options: ("ovs.bridge.name", "br-ops")));
        await host.CallAsync("CreateEndpoint", Calls.Endpoint("ops", "web"));
        await host.CallAsync("Join", Calls.Join("ops", "web"));
        await host.CallAsync("ProgramExternalConnectivity", Calls.Publish("ops", "web", 8080));
        var link = Names.HostEnd(new EndpointId(Calls.Id("web")));

        var (code, network) = await host.HawserAsync("explain", Calls.Id("ops")[..12]);
        network.ShouldContain(": nat network on bridge br-ops; this host is its router, with 10.90.0.1/24 on br-ops\n  bridge/br-ops: Ready\n");
        network.ShouldContain("\n    br-ops holds [10.90.0.1/24]\n    => all of it is there\n");
        network.ShouldContain("IPv4 nat HAWSER-SNAT -s 10.90.0.0/24");
        code.ShouldBe(0);

        var (_, container) = await host.HawserAsync("explain", Calls.Id("web"));
        container.ShouldContain($" with 10.90.0.5, port {link} of bridge br-ops; published: 8080->80/tcp\n");
        container.ShouldContain($"\n    Bridge br-ops ports:\n      Port {link} ");
        container.ShouldContain("IPv4 nat HAWSER-DNAT ");

        await host.RunAsync("ip", "link", "del", link);
        await DriverHost.EventuallyAsync(async () => await host.HawserAsync("explain", Calls.Id("web")) is (1, var gone)
            && gone.Contains($"=> link {link} is missing", StringComparison.Ordinal), "the link is told to be missing");

        await host.Database.KillAsync();
        await DriverHost.EventuallyAsync(async () => await host.HawserAsync("explain", Calls.Id("ops")) is (1, var away)
            && away.Contains("=> Open vSwitch's database at ", StringComparison.Ordinal), "the database is told to be away");
    }

    [Fact]
    public async Task A_name_that_is_nothings_is_refused_by_name()
    {
        await using var host = await DriverHost.StartAsync();
        (await host.AdminAsync("/explain", new { name = "nothing" })).Err!.ShouldContain("is called \"nothing\": give a name or an id that docker");
        (await host.HawserAsync("explain", "nothing")).ExitCode.ShouldBe(1);
    }
}
