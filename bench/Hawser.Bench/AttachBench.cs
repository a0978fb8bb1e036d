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
        await using var floor = await DatapathFloor.OpenAsync(datapath);
        var empty = await OnFreshNetworksAsync(floor, runs);
        var rows = Rows(empty).ToList();
        if (!withFull) return rows;
        var (full, memory) = await OnFullNetworkAsync(floor, runs);
        rows.AddRange(FullRows(full, empty.Hawser));
        rows.Add(new(
            $"memory with {Full:#,0} endpoints, 5 s after the last (one run)", Text.Megabytes(memory),
            Target: $"≤ {MostMemory} MB", IsMet: memory <= MostMemory));
        return rows;
    }

    static async Task<AttachTurns> OnFreshNetworksAsync(DatapathFloor floor, int runs)
    {
        Progress.Say("raw calls on fresh networks, and the floor: a bare database client");
        await using var daemon = HawserDaemon.Start();
        return await AttachTurns.OnFreshNetworksAsync(daemon, floor, runs);
    }

    static async Task<(AttachTurns Turns, double Memory)> OnFullNetworkAsync(DatapathFloor floor, int runs)
    {
        Progress.Say($"raw calls on a network of {Full:#,0} endpoints, and the floor");
        await using var daemon = HawserDaemon.Start();
        var links = HostLinks.Count;
        using var calls = new RawCalls(daemon);
        var network = new BenchNetwork();
        calls.Call(network.Create);
        var inhabitants = network.NewEndpoints(Full);
        calls.InParallel(inhabitants, static (e, c) => e.Attach(c));
        await Task.Delay(TimeSpan.FromSeconds(5));
        var memory = daemon.ResidentMegabytes;
        var turns = await AttachTurns.OnNetworkAsync(daemon, floor, calls, network, runs);
        calls.InParallel(inhabitants, static (e, c) => e.Detach(c));
        calls.Call(network.Delete);
        await HostLinks.ReturnToAsync(links);
        return (turns, memory);
    }

    static IEnumerable<ResultRow> Rows(AttachTurns turns)
    {
        var times = turns.Hawser;
        yield return new(
            "attach: CreateEndpoint+Join, one at a time", Text.Spread(times.Attach, Text.Milliseconds), "", turns.FloorOfOne,
            $"{AttachTurns.OneAtATimeTarget}, ≤ {LongestAttach} ms", turns.IsTimeMet && times.Attach.Median <= LongestAttach);
        yield return new(
            $"attach: {RawCalls.Callers} at once", Text.Spread(times.AttachRate, Text.PerSecond), "", turns.FloorOfMany,
            $"{AttachTurns.AtOnceTarget}, ≥ {FewestAttached:#,0} /s", turns.IsRateMet && times.AttachRate.Median >= FewestAttached);
        yield return new(
            "detach: Leave+DeleteEndpoint, one at a time", Text.Spread(times.Detach, Text.Milliseconds), "", "",
            $"≤ {LongestDetach} ms", times.Detach.Median <= LongestDetach);
        yield return new(
            $"detach: {RawCalls.Callers} at once", Text.Spread(times.DetachRate, Text.PerSecond), "", "",
            $"≥ {FewestDetached:#,0} /s", times.DetachRate.Median >= FewestDetached);
    }

    static IEnumerable<ResultRow> FullRows(AttachTurns turns, CallTimes empty)
    {
        var (full, where) = (turns.Hawser, $"on {Full:#,0} endpoints");
        yield return Row(
            $"attach {where}, one at a time", Text.Spread(full.Attach, Text.Milliseconds),
            full.Attach.Median / empty.Attach.Median, $"; {turns.FloorOfOne}");
        yield return Row(
            $"attach {where}, {RawCalls.Callers} at once", Text.Spread(full.AttachRate, Text.PerSecond),
            empty.AttachRate.Median / full.AttachRate.Median, $"; {turns.FloorOfMany}");
        yield return Row(
            $"detach {where}, one at a time", Text.Spread(full.Detach, Text.Milliseconds), full.Detach.Median / empty.Detach.Median, "");
        yield return Row(
            $"detach {where}, {RawCalls.Callers} at once", Text.Spread(full.DetachRate, Text.PerSecond),
            empty.DetachRate.Median / full.DetachRate.Median, "");

        static ResultRow Row(string what, string figure, double growth, string floor) =>
            new(what, figure, "", Text.Times(growth, "the cost on 0") + floor, $"≤ {Growth} × the cost on 0", growth <= Growth);
    }
}
