using Hawser.Tests.Protocol;

namespace Hawser.Tests.Driver;

/// <summary>What four real engines sent, against the real driver.</summary>
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
}
