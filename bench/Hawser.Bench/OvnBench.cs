using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hawser.Core;

namespace Hawser.Bench;

/// <summary>The driver <c>ovn</c> beside a bare client that writes the same rows and beside OVN's old driver, and its address manager.</summary>
static class OvnBench
{
    const string Failed = "failed a call";
    const int Few = 10;
    const int Taken = 10_000;
    const int Others = 10_000;

    // Milliseconds, endpoints per second, megabytes, and the floor's multiple.
    const double LongestDetach = 3;
    const double FewestAttached = 150;
    const double LongestRequest = 3;
    const double MostMemory = 120;
    const double MostOverFloor = 1.2;

    // Its attaches are so slow that more would take longer than all else.
    const int MostOldRuns = 2;

    public static async Task<IReadOnlyList<ResultRow>> MeasureAsync(int runs)
    {
        var rows = new List<ResultRow>();
        foreach (var ports in new[] { Few, 100, 200 })
        {
            Progress.Say($"logical switch ports beside {ports} others, and the floor: a bare client of both databases");
            var (times, floor) = await WithFloorOnNetworkOfAsync(ports, runs);
            Progress.Say($"ovn-docker beside {ports} others");
            rows.AddRange(Rows(ports, times, floor, await OldOnNetworkOfAsync(ports, Math.Min(runs, MostOldRuns))));
        }
        Progress.Say($"addresses of a pool with {Taken:#,0} taken");
        rows.Add(await MeasureAddressesAsync());
        Progress.Say($"memory beside {Others:#,0} ports of other hosts");
        rows.Add(await MeasureMemoryAsync());
        return rows;
    }

    // In turns: ovn-northd's work for the same ports may take half as long again a minute later.
    static async Task<(CallTimes Times, CallTimes Floor)> WithFloorOnNetworkOfAsync(int ports, int runs)
    {
        await using var daemon = HawserDaemon.Start();
        var least = new CallTimes();
        return (await OnNetworkOfAsync(ports, runs, () => daemon.Connect("ovn"), () => daemon.WithoutAsync(async () =>
        {
            await using var floor = await LogicalFloor.OpenAsync();
            await floor.MeasureAsync(least);
        })), least);
    }

    // Of some hundred attaches, sixteen at once, it fails one now and then, and leaves what it had made.
    static async Task<CallTimes?> OldOnNetworkOfAsync(int ports, int runs)
    {
        try
        {
            await using var driver = await OldDriver.StartAsync();
            return await OnNetworkOfAsync(ports, runs, OldDriver.Connect);
        }
        catch (Exception e) when (e is BenchException or AggregateException)
        {
            Progress.Say("ovn-docker failed a call");
            await OldDriver.CleanUpAsync();
            return null;
        }
    }

    static async Task<CallTimes> OnNetworkOfAsync(int ports, int runs, Func<PluginConnection> connect, Func<Task>? measureFloor = null)
    {
        var links = HostLinks.Count;
        using var calls = new RawCalls(connect);
        var network = new BenchNetwork();
        calls.Call(network.Create);
        var inhabitants = network.NewEndpoints(ports);
        calls.InParallel(inhabitants, static (e, c) => e.Attach(c));
        var times = await calls.MeasureOnAsync(network, runs, measureFloor);
        calls.InParallel(inhabitants, static (e, c) => e.Detach(c));
        calls.Call(network.Delete);
        await HostLinks.ReturnToAsync(links);
        return times;
    }

    static IEnumerable<ResultRow> Rows(int ports, CallTimes times, CallTimes floor, CallTimes? old)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"beside {ports} ports");
        var ratio = times.Attach.Median / floor.Attach.Median;
        yield return new($"ovn: CreateEndpoint+Join until ovn-installed, {where}", Text.Milliseconds(times.Attach.Median), old is null ? Failed : $"{Text.Milliseconds(old.Attach.Median)}, without waiting",
            $"{Text.Times(ratio, "the floor")} of {Text.Milliseconds(floor.Attach.Median)}", $"≤ {MostOverFloor} × the floor", ratio <= MostOverFloor);
        // With more ports not even the floor can keep up with the target.
        var isFew = ports == Few;
        yield return new($"ovn: the same, {RawCalls.Callers} at once, {where}", Text.PerSecond(times.AttachRate.Median), old is null ? Failed : $"{Text.PerSecond(old.AttachRate.Median)}, without waiting", $"floor {Text.PerSecond(floor.AttachRate.Median)}", isFew ? $"≥ {FewestAttached} /s" : "", isFew ? times.AttachRate.Median >= FewestAttached : null);
        yield return new($"ovn: Leave+DeleteEndpoint, {where}", Text.Milliseconds(times.Detach.Median), old is null ? Failed : Text.Milliseconds(old.Detach.Median), "", $"≤ {LongestDetach} ms", times.Detach.Median <= LongestDetach);
    }

    static async Task<ResultRow> MeasureAddressesAsync()
    {
        const string PoolId = "ovn-local//10.202.0.0/16";
        var request = Ipam("RequestAddress", new { PoolID = PoolId, Address = "" });
        await using (var former = HawserDaemon.Start())
        {
            using var filling = new RawCalls(former, "ovn");
            filling.Call(Ipam("RequestPool", new { AddressSpace = "ovn-local", Pool = "10.202.0.0/16", SubPool = "", V6 = false }));
            filling.InParallel([.. Enumerable.Repeat(request, Taken)]);
        }
        // Started anew, it begins where the other began: all that it guesses is taken.
        await using var daemon = HawserDaemon.Start();
        using var calls = new RawCalls(daemon, "ovn");
        var times = new Samples();
        for (var n = 0; n < 200; n++)
        {
            var started = Stopwatch.GetTimestamp();
            calls.Call(request);
            times.Add(Stopwatch.GetElapsedTime(started));
        }
        calls.Call(Ipam("ReleasePool", new { PoolID = PoolId }));
        return new($"ovn: RequestAddress in a pool of 65,534 with {Taken:#,0} taken", Text.Milliseconds(times.Median), Target: $"≤ {LongestRequest} ms", IsMet: times.Median <= LongestRequest);
    }

    static async Task<ResultRow> MeasureMemoryAsync()
    {
        await Shell.BashAsync($$"""
            ovn-nbctl ls-add others
            seq {{Others}} | xargs -n 500 bash -c 'args=(); for i; do args+=(-- lsp-add others other$i -- set Logical_Switch_Port other$i external_ids:{{Marks.HostKey}}=elsewhere); done; ovn-nbctl --timeout=60 "${args[@]}"' -
            """);
        await using var daemon = HawserDaemon.Start();
        using (var connection = daemon.Connect("ovn"))
        {
            var network = new BenchNetwork();
            connection.Call(network.Create);
            connection.Call(network.Delete);
        }
        await Task.Delay(TimeSpan.FromSeconds(5));
        var memory = daemon.ResidentMegabytes;
        await Shell.RunAsync("ovn-nbctl", "--timeout=60", "ls-del", "others");
        return new($"ovn: memory beside {Others:#,0} ports of other hosts (one run)", Text.Megabytes(memory), Target: $"≤ {MostMemory} MB", IsMet: memory <= MostMemory);
    }

    static byte[] Ipam(string method, object request) => PluginConnection.Request("IpamDriver." + method, JsonSerializer.Serialize(request));
}
