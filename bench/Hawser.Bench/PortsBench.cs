namespace Hawser.Bench;

/// <summary>
/// Attaching beside the ports that a host has already. ovs-vswitchd's own work grows with them: the floor shows by how much.
/// </summary>
static class PortsBench
{
    static readonly int[] Ports = [10, 100, 300, 1000];

    // Beside a thousand ports a turn takes half a minute.
    const int MostTurns = 5;

    public static async Task<IReadOnlyList<ResultRow>> MeasureAsync(int runs, string datapath)
    {
        await using var floor = await DatapathFloor.OpenAsync(datapath);
        await using var daemon = HawserDaemon.Start();
        using var calls = new RawCalls(daemon);
        var links = HostLinks.Count;
        var network = new BenchNetwork();
        calls.Call(network.Create);
        var inhabitants = new List<EndpointCalls>();
        var rows = new List<ResultRow>();
        foreach (var ports in Ports)
        {
            Progress.Say($"raw calls and the floor beside {ports:#,0} ports");
            var newcomers = network.NewEndpoints(ports - inhabitants.Count);
            calls.InParallel(newcomers, static (e, c) => e.Attach(c));
            inhabitants.AddRange(newcomers);
            var turns = await AttachTurns.OnNetworkAsync(daemon, floor, calls, network, Math.Min(runs, MostTurns));
            rows.Add(new(
                $"attach beside {ports:#,0} ports, one at a time", Text.Spread(turns.Hawser.Attach, Text.Milliseconds), "", turns.FloorOfOne));
            rows.Add(new(
                $"attach beside {ports:#,0} ports, {RawCalls.Callers} at once",
                Text.Spread(turns.Hawser.AttachRate, Text.PerSecond), "", turns.FloorOfMany));
        }
        calls.InParallel([.. inhabitants], static (e, c) => e.Detach(c));
        calls.Call(network.Delete);
        await HostLinks.ReturnToAsync(links);
        return rows;
    }
}
