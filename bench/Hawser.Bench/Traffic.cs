using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hawser.Bench;

/// <summary>Throughput and round trips over one network.</summary>
sealed partial class Traffic(TrafficContainer one, TrafficContainer two)
{
    public Samples BetweenContainers { get; } = new();

    public Samples ToHost { get; } = new();

    public Samples FromHost { get; } = new();

    public Samples RoundTripBetweenContainers { get; } = new();

    public Samples RoundTripToHost { get; } = new();

    public async Task MeasureAsync()
    {
        BetweenContainers.Add(await GigabitsAsync(one.Inside("iperf3", "-s", "-1", "--forceflush"), two.Inside(Client(one.Address))));
        if (HostDescription.HasFirewall) await MeasureHostAsync();
        RoundTripBetweenContainers.Add(await RoundTripsAsync(one.Address));
    }

    async Task MeasureHostAsync()
    {
        ToHost.Add(await GigabitsAsync(["iperf3", "-s", "-1", "--forceflush"], two.Inside(Client(two.Gateway))));
        FromHost.Add(await GigabitsAsync(two.Inside("iperf3", "-s", "-1", "--forceflush"), Client(two.Address)));
        RoundTripToHost.Add(await RoundTripsAsync(two.Gateway));
    }

    static string[] Client(string address) => ["iperf3", "-c", address, "-t", "1", "-J"];

    static async Task<double> GigabitsAsync(string[] server, string[] client)
    {
        using var process = Shell.Start(server[0], server[1..]);
        try
        {
            // It says so once it listens.
            while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("Server listening", StringComparison.Ordinal))
            {
            }
            using var report = JsonDocument.Parse(await Shell.RunAsync(client[0], client[1..]));
            return report.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble() / 1e9;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    async Task<IEnumerable<double>> RoundTripsAsync(string address)
    {
        var command = two.Inside("ping", "-c", "100", "-i", "0.01", address);
        var output = await Shell.RunAsync(command[0], command[1..]);
        return Time().Matches(output).Select(m => double.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"time=([0-9.]+) ms")]
    private static partial Regex Time();
}
