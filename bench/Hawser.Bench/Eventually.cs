using System.Diagnostics;

namespace Hawser.Bench;

/// <summary>The only place of the benchmark that polls.</summary>
static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task TrueAsync(string what, TimeSpan deadline, Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > deadline) throw new BenchException($"after {deadline.TotalSeconds:0} s still waiting for {what}");
            await Task.Delay(Pause);
        }
    }
}
