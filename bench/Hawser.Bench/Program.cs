using System.Globalization;
using System.Text;
using Hawser.Bench;

// Runs inside a lab host that has a hawser and a Docker: see bench/run. The argument is the number of runs.
const string Network = "bench-nat";
Console.OutputEncoding = Encoding.UTF8;
var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
try
{
    List<ResultRow> rows = [];
    await Shell.RunAsync("docker", "network", "create", "-d", "ovs", Network);
    var host = await HostDescription.ReadAsync();
    rows.AddRange(await new DockerRunBench(Network).MeasureAsync(runs));
    var traffic = await TrafficBench.MeasureAsync(runs, Network);
    await Shell.RunAsync("docker", "network", "rm", Network);

    // From here on without Docker and without the host's own hawser.
    await LabDaemon.StopAsync();
    var start = await StartBench.MeasureAsync(runs);
    rows.AddRange(await AttachBench.MeasureAsync(runs, host.Datapath));
    host.Print(Console.Out, runs);
    ResultTable.Print(Console.Out, [.. rows, .. start, .. traffic]);
    return 0;
}
catch (BenchException e)
{
    await Console.Error.WriteLineAsync($"hawser-bench: {e.Message}");
    return 1;
}
