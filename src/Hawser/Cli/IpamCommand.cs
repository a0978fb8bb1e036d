using System.CommandLine;
using System.Text.Json;
using Hawser.Admin;
using Spectre.Console;

namespace Hawser.Cli;

/// <summary><c>hawser ipam list</c> and <c>hawser ipam release</c>: the address plan that hosts share.</summary>
static class IpamCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };
    static readonly Option<bool> Addresses = new("--addresses") { Description = "Print each taken address with its holder" };
    static readonly Option<bool> Yes = new("--yes") { Description = "Do it; without it, it is only shown" };
    static readonly Argument<string> Host = new("HOST") { Description = "The system-id of a host that is gone for good" };

    public static Command Make() => new("ipam", "Show the address plan that hosts share, and take back what a dead host holds") { MakeList(), MakeRelease() };

    static Command MakeList()
    {
        var command = new Command("list", "Show pools, the hosts that share them and how many addresses are taken") { Addresses, Json, Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var report = await client.GetAsync("/ipam", AdminJson.Default.IpamReport, ct);
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, AdminJson.Default.IpamReport));
            else if (arguments.GetValue(Addresses)) PrintAddresses(report);
            else PrintPools(report);
            return 0;
        }));
        return command;
    }

    static Command MakeRelease()
    {
        var command = new Command("release", "Take all that a dead host holds: its addresses, its ports and its share in pools and switches") { Host, Yes, Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var isDone = arguments.GetValue(Yes);
            var held = await client.PostAsync(isDone ? "/ovn/forget" : "/ovn/host", new HostRequest(arguments.GetRequiredValue(Host)), AdminJson.Default.HostRequest, AdminJson.Default.HostReport, ct);
            Console.WriteLine($"host {held.Host}: {held.Addresses} addresses in {held.Pools} pools, {held.Ports} ports, a share in {held.Switches} switches");
            Console.WriteLine(isDone ? "released" : "nothing was released: add --yes");
            return 0;
        }));
        return command;
    }

    static void PrintPools(IpamReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("SUBNET", "DOMAIN", "HOSTS", "TAKEN");
        foreach (var p in report.Pools) table.AddRow(new Text(p.Subnet), new Text(p.Vrf.Length > 0 ? p.Vrf : "-"), new Text(string.Join(' ', p.Hosts)), new Text($"{p.Addresses.Count}"));
        Output.Console.Write(table);
    }

    static void PrintAddresses(IpamReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("SUBNET", "DOMAIN", "ADDRESS", "HOLDER");
        foreach (var p in report.Pools)
            foreach (var a in p.Addresses) table.AddRow(new Text(p.Subnet), new Text(p.Vrf.Length > 0 ? p.Vrf : "-"), new Text(a.Address), new Text(a.Holder));
        Output.Console.Write(table);
    }
}
