using System.CommandLine;
using Hawser;
using Hawser.Cli;

const int Failed = 1;
const int BadArguments = 2;

var version = new Command("version", "Print the version");
version.SetAction(_ => Console.WriteLine($"hawser {BuildInfo.Version}"));
var root = new RootCommand("Docker networks on Open vSwitch and OVN")
{
    ServeCommand.Make(), StatusCommand.Make(), DiffCommand.Make(), OrphansCommand.MakeOrphans(), OrphansCommand.MakePurge(), OvnCommand.Make(), IpamCommand.Make(), version,
};

var arguments = root.Parse(args);
if (arguments.Errors.Count > 0)
{
    foreach (var error in arguments.Errors) await Console.Error.WriteLineAsync($"hawser: {error.Message}");
    await Console.Error.WriteLineAsync("See hawser --help.");
    return BadArguments;
}
try
{
    return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (OperationCanceledException)
{
    return 0;
}
catch (Exception e)
{
    await Console.Error.WriteLineAsync($"hawser: {e.Message}");
    return Failed;
}
