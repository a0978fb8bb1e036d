using System.CommandLine;
using System.Text.Json;
using Hawser.Admin;
using Spectre.Console;

namespace Hawser.Cli;

/// <summary><c>hawser ipam</c>: the address plan that hosts share.</summary>
static class IpamCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };
    static readonly Option<bool> Addresses = new("--addresses") { Description = "Print each taken address with its holder" };

    public static Command Make() => new("ipam", "Show the address plan that hosts share, and take back what a dead host holds")
    {
        MakeList(), ForgetCommand.Make("release", "The same as `hawser ovn forget`, under its older name"),
    };

    static Command MakeList()
    {
        var command = new Command("list", "Show pools, the hosts that share them and how many addresses are taken")
        {
            Addresses, Json, Admin.RunFolder,
        };
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

    static void PrintPools(IpamReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("SUBNET", "DOMAIN", "HOSTS", "TAKEN");
        foreach (var p in report.Pools)
        {
            var domain = p.Vrf.Length > 0 ? p.Vrf : "-";
            table.AddRow(new Text(p.Subnet), new Text(domain), new Text(string.Join(' ', p.Hosts)), new Text($"{p.Addresses.Count}"));
        }
        Output.Console.Write(table);
    }

    static void PrintAddresses(IpamReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("SUBNET", "DOMAIN", "ADDRESS", "HOLDER");
        foreach (var p in report.Pools)
        {
            var domain = p.Vrf.Length > 0 ? p.Vrf : "-";
            foreach (var a in p.Addresses) table.AddRow(new Text(p.Subnet), new Text(domain), new Text(a.Address), new Text(a.Holder));
        }
        Output.Console.Write(table);
    }
}
