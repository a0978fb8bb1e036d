using System.Globalization;
using System.Text;
using Hawser.Bench;

// Runs inside a lab host that has a hawser and a Docker: see bench/run. The arguments are the number of runs and the
// parts of the table: docker, traffic, start, attach, full (attach with a thousand endpoints too), ports (attach beside 10 to
// 1,000 ports). The part ovn is by itself: its host is set up for OVN.
const string Network = "bench-nat";
Console.OutputEncoding = Encoding.UTF8;
var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 15;
string[] parts = args.Length > 1 ? args[1..] : ["docker", "traffic", "start", "full"];
try
{
    List<ResultRow> rows = [];
    if (parts.Contains("ovn"))
    {
        await LabDaemon.StopAsync();
        rows.AddRange(await OvnBench.MeasureAsync(runs));
        (await HostDescription.ReadAsync()).Print(Console.Out, runs);
        ResultTable.Print(Console.Out, rows);
        return 0;
    }
    string[] mode = HostDescription.HasFirewall ? [] : ["-o", "ovs.bridge.mode=flat"];
    await Shell.RunAsync("docker", ["network", "create", "-d", "ovs", .. mode, Network]);
    var host = await HostDescription.ReadAsync();
    if (parts.Contains("docker")) rows.AddRange(await new DockerRunBench(Network).MeasureAsync(runs));
    if (parts.Contains("traffic")) rows.AddRange(await new TrafficBench(host.IsKernelDatapath).MeasureAsync(runs, Network));
    await Shell.RunAsync("docker", "network", "rm", Network);

    // From here on without Docker and without the host's own hawser.
    await LabDaemon.StopAsync();
    if (parts.Contains("start")) rows.AddRange(await StartBench.MeasureAsync(runs));
    var withFull = parts.Contains("full");
    if (withFull || parts.Contains("attach")) rows.AddRange(await AttachBench.MeasureAsync(runs, host.Datapath, withFull));
    if (parts.Contains("ports")) rows.AddRange(await PortsBench.MeasureAsync(runs, host.Datapath));
    host.Print(Console.Out, runs);
    ResultTable.Print(Console.Out, rows);
    return 0;
}
catch (BenchException e)
{
    await Console.Error.WriteLineAsync($"hawser-bench: {e.Message}");
    return 1;
}
