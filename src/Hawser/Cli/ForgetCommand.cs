using System.CommandLine;
using System.Text.Json;
using Hawser.Admin;

namespace Hawser.Cli;

/// <summary><c>hawser ovn forget</c>, also known as <c>hawser ipam release</c>: takes back all that a dead host holds.</summary>
static class ForgetCommand
{
    static readonly Argument<string> Host = new("HOST") { Description = "The system-id of a host that is gone for good" };
    static readonly Option<bool> Yes = new("--yes") { Description = "Do it; without it, it is only shown" };
    static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    public static Command Make() =>
        Make("forget", "Take all that a dead host holds: its addresses, its ports and its share in pools and switches");

    public static Command Make(string name, string description)
    {
        var command = new Command(name, description) { Host, Yes, Json, Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var isDone = arguments.GetValue(Yes);
            var request = new HostRequest(arguments.GetRequiredValue(Host));
            var path = isDone ? "/ovn/forget" : "/ovn/host";
            var held = await client.PostAsync(path, request, AdminJson.Default.HostRequest, AdminJson.Default.HostReport, ct);
            var report = new ForgetReport(isDone, held.Host, held.Pools, held.Addresses, held.Ports, held.Switches);
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, AdminJson.Default.ForgetReport));
            else Print(report);
            return 0;
        }));
        return command;
    }

    static void Print(ForgetReport report)
    {
        var held = $"{report.Addresses} addresses in {report.Pools} pools, {report.Ports} ports, a share in {report.Switches} switches";
        Console.WriteLine($"host {report.Host}: {held}");
        Console.WriteLine(report.Forgotten ? "forgotten" : "nothing was taken: add --yes");
    }
}
