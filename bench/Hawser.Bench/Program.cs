using System.Globalization;
using System.Text;
using Hawser.Bench;

// Runs inside a lab host that has a hawser and a Docker: see bench/run. The argument is the number of runs.
Console.OutputEncoding = Encoding.UTF8;
var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
try
{
    await LabDaemon.StopAsync();
    ResultTable.Print(Console.Out, await AttachBench.MeasureAsync(runs, "netdev"));
    return 0;
}
catch (BenchException e)
{
    await Console.Error.WriteLineAsync($"hawser-bench: {e.Message}");
    return 1;
}
