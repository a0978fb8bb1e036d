using System.Diagnostics;

namespace Hawser.Bench;

/// <summary>
/// What a network adds to <c>docker run --rm busybox true</c>: one of Hawser's, one made with Docker's bridge driver, and
/// Docker's default bridge, which has no DNS for its containers and is cheaper for it.
/// </summary>
sealed class DockerRunBench(string network)
{
    const string UserDefined = "bench-bridge";
    const string Floor = "bench-floor";

    // Of Docker's bridge, which Hawser is to stay below.
    const double Target = 0.58;

    static readonly string[] Publish = ["-p", "18080:80"];

    readonly Samples _none = new();

    public async Task<IReadOnlyList<ResultRow>> MeasureAsync(int runs)
    {
        Progress.Say("docker run");
        using var driver = new FloorDriver();
        await Shell.RunAsync("docker", "network", "create", "-d", "bridge", UserDefined);
        await Shell.RunAsync("docker", "network", "create", "-d", FloorDriver.Name, Floor);
        var (plain, published) = (new Times([]), new Times(Publish));
        for (var run = -1; run < runs; run++)
        {
            // In turn, so that whatever else the machine does meets all of them alike. The first run only warms up.
            await MeasureAsync("none", [], run, _none, driver);
            foreach (var times in new[] { plain, published })
            {
                await MeasureAsync("bridge", times.Options, run, times.DefaultBridge, driver);
                await MeasureAsync(UserDefined, times.Options, run, times.Bridge, driver);
                await MeasureAsync(Floor, times.Options, run, times.Floor, driver);
                await MeasureAsync(network, times.Options, run, times.Hawser, driver);
            }
        }
        await Shell.RunAsync("docker", "network", "rm", UserDefined, Floor);
        return [.. Rows("docker run", plain), .. Rows("docker run -p", published)];
    }

    static async Task MeasureAsync(string network, string[] options, int run, Samples samples, FloorDriver driver)
    {
        var links = HostLinks.Count;
        var started = Stopwatch.GetTimestamp();
        await Shell.RunAsync("docker", ["run", "--rm", "--net", network, .. options, "busybox", "true"]);
        if (run >= 0) samples.Add(Stopwatch.GetElapsedTime(started));
        driver.Sweep();
        await HostLinks.ReturnToAsync(links);
    }

    IEnumerable<ResultRow> Rows(string what, Times times)
    {
        yield return new ResultRow(what, Text.Milliseconds(times.Hawser.Median), Text.Milliseconds(times.Bridge.Median), $"{Text.Milliseconds(_none.Median)} with --net none");
        var (ours, floor) = (Cost(times.Hawser), Cost(times.Floor));
        yield return Row("docker network create -d bridge", Cost(times.Bridge));
        yield return Row("--net bridge, without DNS", Cost(times.DefaultBridge));

        ResultRow Row(string bridge, double theirs) => new(
            $"{what}: cost over --net none, beside {bridge}", Text.Milliseconds(ours), Text.Milliseconds(theirs),
            $"{Text.Ratio(ours / theirs)}; floor {Text.Ratio(floor / theirs)}", $"≤ {Text.Ratio(Target)}", ours / theirs <= Target);
    }

    double Cost(Samples samples) => samples.Median - _none.Median;

    sealed record Times(string[] Options)
    {
        public Samples Hawser { get; } = new();

        /// <summary>A network made with Docker's bridge driver: DNS, as on Hawser's.</summary>
        public Samples Bridge { get; } = new();

        /// <summary>The one that is always there.</summary>
        public Samples DefaultBridge { get; } = new();

        /// <summary>A driver that does nothing but hand over a veth pair.</summary>
        public Samples Floor { get; } = new();
    }
}
