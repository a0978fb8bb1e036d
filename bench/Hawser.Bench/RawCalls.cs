using System.Diagnostics;

namespace Hawser.Bench;

/// <summary>How long a plugin's own calls take, without dockerd.</summary>
sealed class RawCalls(Func<PluginConnection> connect) : IDisposable
{
    /// <summary>How many callers there are where there are several.</summary>
    public const int Callers = 16;

    const int Repetitions = 10;

    readonly PluginConnection[] _connections = [.. Enumerable.Range(0, Callers).Select(_ => connect())];

    public RawCalls(HawserDaemon daemon, string driver = "ovs") : this(() => daemon.Connect(driver))
    {
    }

    /// <summary>Endpoints one at a time, and then many at once, on one network.</summary>
    public async Task<CallTimes> MeasureOnceAsync(BenchNetwork network)
    {
        var times = new CallTimes();
        await MeasureAsync(network, times);
        return times;
    }

    /// <summary>All runs on one network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="runs">How many.</param>
    /// <param name="measureFloor">What to measure after each run, in the same minute of the same machine.</param>
    public async Task<CallTimes> MeasureOnAsync(BenchNetwork network, int runs, Func<Task>? measureFloor = null)
    {
        var times = new CallTimes();
        for (var run = -1; run < runs; run++)
        {
            // The first run warms both sides up and is not counted.
            await MeasureAsync(network, run < 0 ? new CallTimes() : times);
            if (run >= 0 && measureFloor is not null) await measureFloor();
        }
        return times;
    }

    public void Dispose()
    {
        foreach (var connection in _connections) connection.Dispose();
    }

    public void Call(byte[] request) => _connections[0].Call(request);

    /// <summary>Makes calls, all callers at once.</summary>
    public TimeSpan InParallel(IReadOnlyList<byte[]> requests) => InParallel(requests.Count, (n, connection) => connection.Call(requests[n]));

    /// <summary>Makes a call of each endpoint's, all callers at once.</summary>
    public TimeSpan InParallel(EndpointCalls[] endpoints, Action<EndpointCalls, PluginConnection> call) =>
        InParallel(endpoints.Length, (n, connection) => call(endpoints[n], connection));

    TimeSpan InParallel(int count, Action<int, PluginConnection> call)
    {
        var next = -1;
        using var start = new Barrier(Callers + 1);
        var callers = _connections.Select(connection => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (int mine; (mine = Interlocked.Increment(ref next)) < count;) call(mine, connection);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        start.SignalAndWait();
        var started = Stopwatch.GetTimestamp();
        Task.WhenAll(callers).GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(started);
    }

    async Task MeasureAsync(BenchNetwork network, CallTimes times)
    {
        var links = HostLinks.Count;
        var few = network.NewEndpoints(Repetitions);
        foreach (var endpoint in few) times.Attach.Add(Timed(() => endpoint.Attach(_connections[0])));
        foreach (var endpoint in few) times.Detach.Add(Timed(() => endpoint.Detach(_connections[0])));
        await HostLinks.ReturnToAsync(links);

        for (var n = 0; n < Repetitions; n++)
        {
            var many = network.NewEndpoints(Callers);
            times.AttachRate.Add(many.Length / InParallel(many, static (e, c) => e.Attach(c)).TotalSeconds);
            times.DetachRate.Add(many.Length / InParallel(many, static (e, c) => e.Detach(c)).TotalSeconds);
            await HostLinks.ReturnToAsync(links);
        }
    }

    static TimeSpan Timed(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started);
    }
}
