namespace Hawser.Bench;

/// <summary>What passes over a network of Hawser's and over Docker's bridge.</summary>
/// <param name="isKernel">Whether the kernel carries both: only then is Hawser's held to the bridge's.</param>
sealed class TrafficBench(bool isKernel)
{
    // Of the throughput of Docker's bridge.
    const double Least = 0.95;

    public async Task<IReadOnlyList<ResultRow>> MeasureAsync(int runs, string network)
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
        List<ResultRow> rows =
        [
            Throughput("TCP, container to container", hawser.BetweenContainers, bridge.BetweenContainers),
            RoundTrip("round trip, container to container", hawser.RoundTripBetweenContainers, bridge.RoundTripBetweenContainers),
        ];
        if (HostDescription.HasFirewall)
        {
            rows.AddRange(
            [
                Throughput("TCP, container to host", hawser.ToHost, bridge.ToHost),
                Throughput("TCP, host to container", hawser.FromHost, bridge.FromHost),
                RoundTrip("round trip, container to host", hawser.RoundTripToHost, bridge.RoundTripToHost),
            ]);
        }
        return rows;
    }

    ResultRow Throughput(string what, Samples hawser, Samples bridge)
    {
        var ratio = hawser.Over(bridge);
        return new(
            what, Text.Spread(hawser, Text.Gigabits), Text.Spread(bridge, Text.Gigabits), Text.Spread(ratio, Text.Ratio),
            isKernel ? $"≥ {Text.Ratio(Least)}" : "", isKernel ? ratio.Median >= Least : null);
    }

    static ResultRow RoundTrip(string what, Samples hawser, Samples bridge) =>
        new($"{what}: median (average)", Both(hawser), Both(bridge), Text.Ratio(hawser.Median / bridge.Median));

    static string Both(Samples samples) => $"{Text.Microseconds(samples.Median)} ({Text.Microseconds(samples.Average)})";
}
