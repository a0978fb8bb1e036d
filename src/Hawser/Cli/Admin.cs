using System.CommandLine;
using Hawser.State;

namespace Hawser.Cli;

/// <summary>What all verbs that ask a running daemon share.</summary>
static class Admin
{
    /// <summary>Where the daemon answers.</summary>
    public static Option<string> RunFolder { get; } = new("--run-dir")
    {
        Description = "The folder of the daemon's admin socket",
        HelpName = "DIR",
        DefaultValueFactory = _ => StateFolders.Default.Run,
    };

    /// <summary>Asks the daemon, and turns a failure into one line and exit code 1.</summary>
    public static Task<int> RunAsync(ParseResult arguments, Func<AdminClient, Task<int>> ask) => GuardAsync(async () =>
    {
        using var client = new AdminClient(Path.Combine(arguments.GetRequiredValue(RunFolder), "hawser.sock"));
        return await ask(client);
    });

    /// <summary>Turns a failure into one line and exit code 1.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (AdminException e)
        {
            await Console.Error.WriteLineAsync($"hawser: {e.Message}");
            return 1;
        }
    }
}
