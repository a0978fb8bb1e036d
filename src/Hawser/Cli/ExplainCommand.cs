using System.CommandLine;
using System.Text.Json;
using Hawser.Admin;

namespace Hawser.Cli;

/// <summary><c>hawser explain</c>: what must exist for a network or a container, and what of it is there.</summary>
static class ExplainCommand
{
    static readonly Argument<string> Name = new("NAME")
    {
        Description = "A network or a container: its name or its id, as docker shows them",
    };

    static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    public static Command Make()
    {
        var command = new Command("explain", "Show what must exist for a network or a container, and what of it is there")
        {
            Name, Json, Admin.RunFolder,
        };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var request = new ExplainRequest(arguments.GetRequiredValue(Name));
            var report = await client.PostAsync("/explain", request, AdminJson.Default.ExplainRequest, AdminJson.Default.ExplainReport, ct);
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, AdminJson.Default.ExplainReport));
            else Console.WriteLine(string.Join("\n\n", report.Subjects.Select(s => string.Join('\n', Lines(s)))));
            return report.Subjects.All(s => s.RuleDifferences.Count == 0 && s.Units.All(IsWhole)) ? 0 : 1;
        }));
        return command;
    }

    static IEnumerable<string> Lines(SubjectReport subject)
    {
        // An attachment's id is no number.
        var id = subject.Kind == "attachment" ? subject.Id : subject.Id[..Math.Min(12, subject.Id.Length)];
        yield return $"{subject.Kind} {id}: {subject.Words}";
        foreach (var unit in subject.Units)
        {
            yield return $"  {unit.Unit}: {unit.State}{(unit.Detail is { } detail ? $", {detail}" : "")}";
            foreach (var line in unit.Plan) yield return $"    {line}";
            // Rows may be there though the daemons of Open vSwitch or OVN have not done their part.
            foreach (var line in Found(unit.Differences.Count == 0 && !IsWhole(unit) ? [unit.Detail ?? unit.State] : unit.Differences))
                yield return $"    {line}";
        }
        if (subject.Rules.Count == 0) yield break;
        yield return "  firewall:";
        foreach (var rule in subject.Rules) yield return $"    {rule}";
        foreach (var line in Found(subject.RuleDifferences)) yield return $"    {line}";
    }

    static bool IsWhole(UnitReport unit) => unit is { State: "Ready", Differences.Count: 0 };

    static IEnumerable<string> Found(IReadOnlyList<string> differences) =>
        differences.Count == 0 ? ["=> all of it is there"] : differences.Select(d => $"=> {d}");
}
