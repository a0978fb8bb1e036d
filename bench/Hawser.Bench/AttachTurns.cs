namespace Hawser.Bench;

/// <summary>Hawser's calls and the floor, measured in turns: whatever else the machine does meets both alike.</summary>
sealed class AttachTurns
{
    /// <summary>What is allowed: the multiple of the floor's time, and the part of its rate.</summary>
    const double MostOverFloor = 1.4;
    const double LeastOfRate = 0.6;

    /// <summary>One at a time: Hawser's time over the floor's.</summary>
    public static string OneAtATimeTarget => $"≤ {Text.Ratio(MostOverFloor)} × the floor";

    /// <summary>Many at once: Hawser's rate over the floor's.</summary>
    public static string AtOnceTarget => $"≥ {Text.Ratio(LeastOfRate)} × the floor";

    public CallTimes Hawser { get; } = new();

    public CallTimes Floor { get; } = new();

    public Samples TimeRatio => Hawser.Attach.Over(Floor.Attach);

    public Samples RateRatio => Hawser.AttachRate.Over(Floor.AttachRate);

    public bool IsTimeMet => TimeRatio.Median <= MostOverFloor;

    public bool IsRateMet => RateRatio.Median >= LeastOfRate;

    /// <summary>What one at a time is to be read against.</summary>
    public string FloorOfOne => $"floor {Text.Spread(Floor.Attach, Text.Milliseconds)}: {Text.Spread(TimeRatio, Text.Ratio)} × it";

    /// <summary>What many at once is to be read against.</summary>
    public string FloorOfMany => $"floor {Text.Spread(Floor.AttachRate, Text.PerSecond)}: {Text.Spread(RateRatio, Text.Ratio)} × it";

    /// <summary>Each turn on a network of its own.</summary>
    public static async Task<AttachTurns> OnFreshNetworksAsync(HawserDaemon daemon, DatapathFloor floor, int runs)
    {
        using var calls = new RawCalls(daemon);
        var turns = new AttachTurns();
        for (var run = -1; run < runs; run++)
        {
            var links = HostLinks.Count;
            var network = new BenchNetwork();
            calls.Call(network.Create);
            var hawser = await calls.MeasureOnceAsync(network);
            calls.Call(network.Delete);
            await HostLinks.ReturnToAsync(links);
            await turns.AddAsync(run, hawser, daemon, floor);
        }
        return turns;
    }

    /// <summary>All turns on one network, beside the ports that it has.</summary>
    public static async Task<AttachTurns> OnNetworkAsync(
        HawserDaemon daemon, DatapathFloor floor, RawCalls calls, BenchNetwork network, int runs)
    {
        var turns = new AttachTurns();
        for (var run = -1; run < runs; run++) await turns.AddAsync(run, await calls.MeasureOnceAsync(network), daemon, floor);
        return turns;
    }

    // The first turn warms all sides up and is not counted.
    async Task AddAsync(int run, CallTimes hawser, HawserDaemon daemon, DatapathFloor floor)
    {
        var least = new CallTimes();
        await daemon.WithoutAsync(() => floor.MeasureAsync(least));
        if (run < 0) return;
        Hawser.Add(hawser);
        Floor.Add(least);
    }
}
