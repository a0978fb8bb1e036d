using Hawser.Tests.Protocol;

namespace Hawser.Tests.Driver;

/// <summary>What no engine would send, against the real driver.</summary>
public sealed class BrokenTrafficTests
{
    [Fact]
    public async Task Ten_thousand_broken_requests_neither_crash_the_driver_nor_leave_anything_behind()
    {
        await using var host = await DriverHost.StartAsync();
        var pid = host.DaemonPid;

        var report = await RequestFuzzer.RunAsync(host.Socket, seed: 20261120, count: 10_000);

        report.Violations.ShouldBeEmpty();
        host.DaemonPid.ShouldBe(pid);
        var status = await host.StatusAsync();
        foreach (var endpoint in status.GetProperty("endpoints").EnumerateArray())
            await host.CallAsync("DeleteEndpoint", new { NetworkID = endpoint.GetProperty("network").GetString(), EndpointID = endpoint.GetProperty("id").GetString() });
        foreach (var network in status.GetProperty("networks").EnumerateArray())
            await host.CallAsync("DeleteNetwork", new { NetworkID = network.GetProperty("id").GetString() });
        await DriverHost.EventuallyAsync(async () => (await host.LeftoversAsync()).Count == 0, "nothing is left");
    }
}
