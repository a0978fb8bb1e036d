using System.CommandLine;
using Hawser.Admin;
using Spectre.Console;

namespace Hawser.Cli;

/// <summary><c>hawser orphans</c> and <c>hawser purge</c>: what carries Hawser's mark and belongs to nothing that is known.</summary>
static class OrphansCommand
{
    static readonly Option<bool> Yes = new("--yes") { Description = "Remove them; without it they are only shown" };

    public static Command MakeOrphans()
    {
        var command = new Command("orphans", "Show rows and links that belong to no network or container that is known") { Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            Print(await client.GetAsync("/orphans", AdminJson.Default.OrphansReport, ct));
            return 0;
        }));
        return command;
    }

    public static Command MakePurge()
    {
        var command = new Command("purge", "Remove orphans, and networks that Docker does not know") { Yes, Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var isDone = arguments.GetValue(Yes);
            Print(isDone ? await client.PostAsync("/purge", AdminJson.Default.OrphansReport, ct) : await client.GetAsync("/orphans", AdminJson.Default.OrphansReport, ct));
            Console.WriteLine(isDone ? "removed" : "nothing was removed: add --yes");
            return 0;
        }));
        return command;
    }

    static void Print(OrphansReport report)
    {
        if (report.Orphans.Count == 0)
        {
            Console.WriteLine("no orphans");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("KIND", "NAME", "INSTANCE", "UNIT");
        foreach (var orphan in report.Orphans) table.AddRow(new Text(orphan.Kind), new Text(orphan.Name), new Text(orphan.Instance), new Text(orphan.Unit));
        Output.Console.Write(table);
    }
}
