namespace Hawser.Tests.Protocol;

public sealed class FuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20260820)]
    public async Task Broken_requests_get_a_proper_answer_each(int seed)
    {
        await using var plugin = await ServedPlugin.StartAsync(ScriptedDriver.Routes);

        var report = await RequestFuzzer.RunAsync(plugin.SocketPath, seed, BrokenInputs.Count(10_000));

        report.Violations.ShouldBeEmpty();
        report.Statuses.Keys.ShouldBe([200, 400, 404, 413, 500], "a mutation that is never refused tests nothing");
        plugin.Log.Failures.ShouldAllBe(line => !line.Contains("reference", StringComparison.Ordinal));
    }

    [Fact]
    public void A_seed_makes_the_same_requests_each_time() =>
        new RequestFuzzer(7).Requests(200).Select(request => Convert.ToHexString(request.Http))
            .ShouldBe(new RequestFuzzer(7).Requests(200).Select(request => Convert.ToHexString(request.Http)));
}
