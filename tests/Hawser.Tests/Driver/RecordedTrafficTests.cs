using Hawser.Tests.Protocol;

namespace Hawser.Tests.Driver;

/// <summary>What four real engines sent, and what they would not, against the real driver.</summary>
public sealed class RecordedTrafficTests
{
    public static TheoryData<string> Engines => ReplayTests.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Every_request_of_a_real_engine_is_answered_200_and_as_the_contract_says(string engine)
    {
        await using var host = await DriverHost.StartAsync();
        // Only the interfaces that Activate lists are ever called; this driver is no IPAM driver.
        var calls = await Replay.RunAsync(host.Socket, Recordings.Files.Single(f => f.Contains(engine, StringComparison.Ordinal)),
            request => !request.Method.StartsWith("IpamDriver", StringComparison.Ordinal));

        calls.Where(c => c.Status != 200).Select(c => c.ToString()).ShouldBeEmpty();
        var contract = new ReplyContract();
        calls.SelectMany(c => contract.Check(c.Request, c.Reply).Select(broken => $"{c}: {broken}"))
            // What the recorder offered is not what this driver offers.
            .Where(broken => !broken.Contains("Plugin.Activate", StringComparison.Ordinal)).ShouldBeEmpty();
    }

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
