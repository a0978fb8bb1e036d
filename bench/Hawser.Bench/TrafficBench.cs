namespace Hawser.Bench;

/// <summary>What passes over a network of Hawser's and over Docker's bridge. No targets: it is Open vSwitch that carries it.</summary>
static class TrafficBench
{
    public static async Task<IReadOnlyList<ResultRow>> MeasureAsync(int runs, string network)
    {
        Progress.Say("throughput and round trips");
        await using var hawserOne = await TrafficContainer.StartAsync(network);
        await using var hawserTwo = await TrafficContainer.StartAsync(network);
        await using var bridgeOne = await TrafficContainer.StartAsync("bridge");
        await using var bridgeTwo = await TrafficContainer.StartAsync("bridge");
        var (hawser, bridge) = (new Traffic(hawserOne, hawserTwo), new Traffic(bridgeOne, bridgeTwo));
        for (var run = 0; run < runs; run++)
        {
            await hawser.MeasureAsync();
            await bridge.MeasureAsync();
        }
        return
        [
            Throughput("TCP, container to container", hawser.BetweenContainers, bridge.BetweenContainers),
            Throughput("TCP, container to host", hawser.ToHost, bridge.ToHost),
            Throughput("TCP, host to container", hawser.FromHost, bridge.FromHost),
            RoundTrip("round trip, container to container", hawser.RoundTripBetweenContainers, bridge.RoundTripBetweenContainers),
            RoundTrip("round trip, container to host", hawser.RoundTripToHost, bridge.RoundTripToHost),
        ];
    }

    static ResultRow Throughput(string what, Samples hawser, Samples bridge) =>
        new(what, Text.Gigabits(hawser.Median), Text.Gigabits(bridge.Median), Text.Ratio(hawser.Median / bridge.Median));

    static ResultRow RoundTrip(string what, Samples hawser, Samples bridge) =>
        new($"{what}: median (average)", Both(hawser), Both(bridge), Text.Ratio(hawser.Median / bridge.Median));

    static string Both(Samples samples) => $"{Text.Microseconds(samples.Median)} ({Text.Microseconds(samples.Average)})";
}
