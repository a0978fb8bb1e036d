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
        (string Network, string[] Options, Samples Samples)[] contenders =
        [
            ("none", [], _none), .. Contenders(plain), .. Contenders(published),
        ];
        for (var run = -1; run < runs; run++)
        {
            // In turns, so that whatever else the machine does meets all of them alike, and each turn begins with another.
            // The first turn only warms up.
            for (var n = 0; n < contenders.Length; n++)
            {
                var (name, options, samples) = contenders[(n + run + 1) % contenders.Length];
                await MeasureAsync(name, options, run < 0 ? new Samples() : samples, driver);
            }
        }
        await Shell.RunAsync("docker", "network", "rm", UserDefined, Floor);
        return [.. Rows("docker run", plain), .. Rows("docker run -p", published)];
    }

    IEnumerable<(string, string[], Samples)> Contenders(Times times) =>
    [
        ("bridge", times.Options, times.DefaultBridge), (UserDefined, times.Options, times.Bridge),
        (Floor, times.Options, times.Floor), (network, times.Options, times.Hawser),
    ];

    static async Task MeasureAsync(string network, string[] options, Samples samples, FloorDriver driver)
    {
        var links = HostLinks.Count;
        var started = Stopwatch.GetTimestamp();
        await Shell.RunAsync("docker", ["run", "--rm", "--net", network, .. options, "busybox", "true"]);
        samples.Add(Stopwatch.GetElapsedTime(started));
        driver.Sweep();
        await HostLinks.ReturnToAsync(links);
    }

    IEnumerable<ResultRow> Rows(string what, Times times)
    {
        yield return new ResultRow(
            what, Text.Spread(times.Hawser, Text.Milliseconds), Text.Spread(times.Bridge, Text.Milliseconds),
            $"{Text.Spread(_none, Text.Milliseconds)} with --net none");
        var (ours, floor) = (Cost(times.Hawser), Cost(times.Floor));
        yield return Row("docker network create -d bridge", Cost(times.Bridge));
        yield return Row("--net bridge, without DNS", Cost(times.DefaultBridge));

        ResultRow Row(string bridge, Samples theirs)
        {
            // Of the medians: a single turn's difference of two starts of a container is too rough to divide by.
            var ratio = ours.Median / theirs.Median;
            var spread = $"{Text.Ratio(ours.LowerQuartile / theirs.Median)} to {Text.Ratio(ours.UpperQuartile / theirs.Median)}";
            return new(
                $"{what}: cost over --net none, beside {bridge}",
                Text.Spread(ours, Text.Milliseconds), Text.Spread(theirs, Text.Milliseconds),
                $"{Text.Ratio(ratio)} ({spread}); floor {Text.Ratio(floor.Median / theirs.Median)}",
                $"≤ {Text.Ratio(Target)}", ratio <= Target);
        }
    }

    Samples Cost(Samples samples) => samples.Less(_none.Median);

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
