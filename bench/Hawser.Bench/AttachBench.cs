namespace Hawser.Bench;

/// <summary>The raw calls on empty and on full networks, and the floor of both.</summary>
static class AttachBench
{
    const int Full = 1000;

    // Milliseconds, endpoints per second, megabytes.
    const double LongestAttach = 6;
    const double LongestDetach = 1.5;
    const double FewestAttached = 600;
    const double FewestDetached = 1000;
    const double MostMemory = 60;

    // Allowed at 1,000 endpoints, as a multiple of the cost without any.
    const double Growth = 1.3;

    /// <summary>On fresh networks and, if asked for, on one that is full.</summary>
    public static async Task<IReadOnlyList<ResultRow>> MeasureAsync(int runs, string datapath, bool withFull)
    {
        Progress.Say("raw calls on fresh networks");
        var empty = await OnFreshNetworksAsync(runs);
        await using var floor = await DatapathFloor.OpenAsync(datapath);
        Progress.Say("the floor: a bare database client");
        var rows = Rows(empty, await floor.MeasureAsync(runs)).ToList();
        if (!withFull) return rows;

        Progress.Say($"raw calls on a network of {Full} endpoints");
        var (full, memory) = await OnFullNetworkAsync(runs);
        Progress.Say($"the floor with {Full} ports");
        var inhabitants = await floor.FillAsync(Full);
        rows.AddRange(FullRows(full, empty, await floor.MeasureAsync(runs)));
        await floor.RemoveAsync(inhabitants);
        rows.Add(new($"memory with {Full:#,0} endpoints, 5 s after the last (one run)", Text.Megabytes(memory), Target: $"≤ {MostMemory} MB", IsMet: memory <= MostMemory));
        return rows;
    }

    static async Task<CallTimes> OnFreshNetworksAsync(int runs)
    {
        await using var daemon = HawserDaemon.Start();
        using var calls = new RawCalls(daemon);
        return await calls.MeasureOnFreshNetworksAsync(runs);
    }

    static async Task<(CallTimes Times, double Memory)> OnFullNetworkAsync(int runs)
    {
        await using var daemon = HawserDaemon.Start();
        var links = HostLinks.Count;
        using var calls = new RawCalls(daemon);
        var network = new BenchNetwork();
        calls.Call(network.Create);
        var inhabitants = network.NewEndpoints(Full);
        calls.InParallel(inhabitants, static (e, c) => e.Attach(c));
        await Task.Delay(TimeSpan.FromSeconds(5));
        var memory = daemon.ResidentMegabytes;
        var times = await calls.MeasureOnAsync(network, runs);
        calls.InParallel(inhabitants, static (e, c) => e.Detach(c));
        calls.Call(network.Delete);
        await HostLinks.ReturnToAsync(links);
        return (times, memory);
    }

    static IEnumerable<ResultRow> Rows(CallTimes times, CallTimes floor) =>
    [
        new($"attach: CreateEndpoint+Join, one at a time", Text.Milliseconds(times.Attach.Median), "",
            $"floor {Text.Milliseconds(floor.Attach.Median)}", $"≤ {LongestAttach} ms", times.Attach.Median <= LongestAttach),
        new($"attach: {RawCalls.Callers} at once", Text.PerSecond(times.AttachRate.Median), "",
            $"floor {Text.PerSecond(floor.AttachRate.Median)}", $"≥ {FewestAttached:#,0} /s", times.AttachRate.Median >= FewestAttached),
        new($"detach: Leave+DeleteEndpoint, one at a time", Text.Milliseconds(times.Detach.Median), "",
            "", $"≤ {LongestDetach} ms", times.Detach.Median <= LongestDetach),
        new($"detach: {RawCalls.Callers} at once", Text.PerSecond(times.DetachRate.Median), "",
            "", $"≥ {FewestDetached:#,0} /s", times.DetachRate.Median >= FewestDetached),
    ];

    static IEnumerable<ResultRow> FullRows(CallTimes full, CallTimes empty, CallTimes floor)
    {
        var where = $"on {Full:#,0} endpoints";
        yield return Row($"attach {where}, one at a time", Text.Milliseconds(full.Attach.Median), full.Attach.Median / empty.Attach.Median, $"; floor {Text.Milliseconds(floor.Attach.Median)}");
        yield return Row($"attach {where}, {RawCalls.Callers} at once", Text.PerSecond(full.AttachRate.Median), empty.AttachRate.Median / full.AttachRate.Median, $"; floor {Text.PerSecond(floor.AttachRate.Median)}");
        yield return Row($"detach {where}, one at a time", Text.Milliseconds(full.Detach.Median), full.Detach.Median / empty.Detach.Median, "");
        yield return Row($"detach {where}, {RawCalls.Callers} at once", Text.PerSecond(full.DetachRate.Median), empty.DetachRate.Median / full.DetachRate.Median, "");

        static ResultRow Row(string what, string figure, double growth, string floor) =>
            new(what, figure, "", Text.Times(growth, "the cost on 0") + floor, $"≤ {Growth} × the cost on 0", growth <= Growth);
    }
}
