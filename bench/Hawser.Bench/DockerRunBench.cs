using System.Diagnostics;

namespace Hawser.Bench;

/// <summary>What a network adds to <c>docker run --rm busybox true</c>.</summary>
sealed class DockerRunBench(string network)
{
    // Of Docker's bridge, which Hawser is to stay below.
    const double Target = 0.58;

    static readonly string[] Publish = ["-p", "18080:80"];

    readonly Samples _none = new();

    public async Task<IReadOnlyList<ResultRow>> MeasureAsync(int runs)
    {
        Progress.Say("docker run");
        var (plain, published) = (new Pair([]), new Pair(Publish));
        for (var run = -1; run < runs; run++)
        {
            // In turn, so that whatever else the machine does meets all of them alike. The first run only warms up.
            await MeasureAsync("none", [], run, _none);
            foreach (var pair in new[] { plain, published })
            {
                await MeasureAsync("bridge", pair.Options, run, pair.Bridge);
                await MeasureAsync(network, pair.Options, run, pair.Hawser);
            }
        }
        return [.. Rows("docker run", plain), .. Rows("docker run -p", published)];
    }

    static async Task MeasureAsync(string network, string[] options, int run, Samples samples)
    {
        var links = HostLinks.Count;
        var started = Stopwatch.GetTimestamp();
        await Shell.RunAsync("docker", ["run", "--rm", "--net", network, .. options, "busybox", "true"]);
        if (run >= 0) samples.Add(Stopwatch.GetElapsedTime(started));
        await HostLinks.ReturnToAsync(links);
    }

    IEnumerable<ResultRow> Rows(string what, Pair pair)
    {
        yield return new ResultRow(what, Text.Milliseconds(pair.Hawser.Median), Text.Milliseconds(pair.Bridge.Median), $"floor {Text.Milliseconds(_none.Median)} (--net none)");
        var (ours, theirs) = (pair.Hawser.Median - _none.Median, pair.Bridge.Median - _none.Median);
        var ratio = ours / theirs;
        yield return new ResultRow($"{what}: cost over --net none", Text.Milliseconds(ours), Text.Milliseconds(theirs), Text.Ratio(ratio), $"≤ {Text.Ratio(Target)}", ratio <= Target);
    }

    sealed record Pair(string[] Options)
    {
        public Samples Hawser { get; } = new();

        public Samples Bridge { get; } = new();
    }
}
