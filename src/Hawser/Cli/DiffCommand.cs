using System.CommandLine;
using System.Text.Json;
using Hawser.Admin;

namespace Hawser.Cli;

/// <summary><c>hawser diff</c>: compares what is there with what should be. Exit code 1 if they differ.</summary>
static class DiffCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    public static Command Make()
    {
        var command = new Command("diff", "Show what is not as it should be; nothing is changed") { Json, Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var diff = await client.GetAsync("/diff", AdminJson.Default.DiffReport, ct);
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(diff, AdminJson.Default.DiffReport));
            else Print(diff);
            return diff.Differences.Count == 0 ? 0 : 1;
        }));
        return command;
    }

    static void Print(DiffReport diff)
    {
        foreach (var difference in diff.Differences) Console.WriteLine(difference);
        if (diff.Differences.Count == 0) Console.WriteLine("everything is as it should be");
    }
}
