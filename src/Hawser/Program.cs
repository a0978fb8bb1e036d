using System.CommandLine;
using Hawser.Cli;
using Hawser.Docker.Plugin;
using Hawser.Linux;
using Hawser.Logging;

const int Failed = 1;
const int BadArguments = 2;

var version = new Command("version", "Print the version");
version.SetAction(_ => Console.WriteLine($"hawser {BuildInfo.Version}"));
var root = new RootCommand("Docker networks on Open vSwitch and OVN")
{
    ServeCommand.Make(), StatusCommand.Make(), ExplainCommand.Make(), DiffCommand.Make(),
    OrphansCommand.MakeOrphans(), OrphansCommand.MakePurge(),
    AttachCommand.MakeAttach(), AttachCommand.MakeDetach(), AttachCommand.MakeList(), OvsDockerCommand.Make(),
    OvnCommand.Make(), IpamCommand.Make(), DoctorCommand.Make(), NamespaceAgentCommand.Make(), version,
};
root.Subcommands.Add(ManCommand.Make(root));

ParseResult arguments;
try
{
    arguments = root.Parse(ServeEnvironment.Expand(OvsDockerCommand.Expand(args), Environment.GetEnvironmentVariable));
}
catch (FormatException e)
{
    return await RefuseAsync([e.Message]);
}
if (arguments.Errors.Count > 0) return await RefuseAsync([.. arguments.Errors.Select(e => e.Message)]);
try
{
    // Only `serve` handles signals: SIGINT ends the other verbs as it ends any program, with 130 in a shell.
    return await arguments.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception e)
{
    await Console.Error.WriteLineAsync($"hawser: {e.Message}");
    return Failed;
}

static async Task<int> RefuseAsync(IReadOnlyList<string> errors)
{
    foreach (var error in errors) await Console.Error.WriteLineAsync($"hawser: {error}");
    await Console.Error.WriteLineAsync("See hawser --help.");
    await WaitingCalls.RefuseAsync(InheritedSockets.Take(), $"hawser cannot start: {string.Join("; ", errors)}");
    return BadArguments;
}
