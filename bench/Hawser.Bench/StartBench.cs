namespace Hawser.Bench;

/// <summary>How soon a daemon answers, and how much memory it takes while it has nothing to do.</summary>
static class StartBench
{
    const double LongestStart = 250;
    const double MostMemory = 45;

    public static async Task<IReadOnlyList<ResultRow>> MeasureAsync(int runs)
    {
        Progress.Say("start and memory");
        var (start, memory) = (new Samples(), new Samples());
        for (var run = 0; run < runs; run++)
        {
            await using var daemon = HawserDaemon.Start();
            start.Add(daemon.TimeToAnswer);
            await Task.Delay(TimeSpan.FromSeconds(5));
            memory.Add(daemon.ResidentMegabytes);
        }
        return
        [
            new("start until Plugin.Activate is answered", Text.Milliseconds(start.Median), Target: $"≤ {LongestStart} ms", IsMet: start.Median <= LongestStart),
            new("memory, idle, 5 s after the start", Text.Megabytes(memory.Median), Target: $"≤ {MostMemory} MB", IsMet: memory.Median <= MostMemory),
        ];
    }
}
