using System.CommandLine;
using System.Text.Json;
using Hawser.Admin;
using Spectre.Console;

namespace Hawser.Cli;

/// <summary><c>hawser orphans</c> and <c>hawser purge</c>: what carries Hawser's mark and belongs to nothing that is known.</summary>
static class OrphansCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };
    static readonly Option<bool> Yes = new("--yes") { Description = "Remove them; without it they are only shown" };

    public static Command MakeOrphans()
    {
        const string What = "Show rows and links that belong to no network or container that is known";
        var command = new Command("orphans", What) { Json, Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var report = await client.GetAsync("/orphans", AdminJson.Default.OrphansReport, ct);
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, AdminJson.Default.OrphansReport));
            else Print(report.Orphans);
            return 0;
        }));
        return command;
    }

    public static Command MakePurge()
    {
        var command = new Command("purge", "Remove orphans, and networks that Docker does not know") { Yes, Json, Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var (orphans, isRemoved) = arguments.GetValue(Yes)
                ? (await client.PostAsync("/purge", AdminJson.Default.OrphansReport, ct), true)
                : (await client.GetAsync("/orphans", AdminJson.Default.OrphansReport, ct), false);
            var report = new PurgeReport(isRemoved, orphans.Orphans);
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, AdminJson.Default.PurgeReport));
            else Print(report);
            return 0;
        }));
        return command;
    }

    static void Print(PurgeReport report)
    {
        Print(report.Orphans);
        Console.WriteLine(report.Removed ? "removed" : "nothing was removed: add --yes");
    }

    static void Print(IReadOnlyList<OrphanReport> orphans)
    {
        if (orphans.Count == 0)
        {
            Console.WriteLine("no orphans");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("KIND", "NAME", "INSTANCE", "UNIT");
        foreach (var o in orphans) table.AddRow(new Text(o.Kind), new Text(o.Name), new Text(o.Instance), new Text(o.Unit));
        Output.Console.Write(table);
    }
}
