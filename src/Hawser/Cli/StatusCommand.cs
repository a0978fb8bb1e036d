using System.CommandLine;
using System.Text.Json;
using Hawser.Admin;
using Spectre.Console;

namespace Hawser.Cli;

/// <summary><c>hawser status</c>: networks, endpoints, health. Exit code 1 if something is not as it should be.</summary>
static class StatusCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    public static Command Make()
    {
        var command = new Command("status", "Show networks, endpoints and health") { Json, Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var status = await client.GetAsync("/status", AdminJson.Default.StatusReport, ct);
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(status, AdminJson.Default.StatusReport));
            else Print(status);
            return status.Healthy ? 0 : 1;
        }));
        return command;
    }

    static void Print(StatusReport status)
    {
        var out_ = Output.Console;
        out_.WriteLine($"hawser {status.Version}, instance {status.Instance}: {(status.Healthy ? "healthy" : "not healthy")}");
        out_.WriteLine(status.Database.Live
            ? $"Open vSwitch {status.Database.OvsVersion} at {status.Database.Address}"
            : $"Open vSwitch's database at {status.Database.Address} is away: {status.Database.Error}");
        if (status.Ovn is { } ovn)
            out_.WriteLine(ovn.Live ? $"OVN's northbound database at {ovn.Address}, as chassis {ovn.Chassis}" : ovn.Error!);
        out_.WriteLine(status.Docker.Live ? "Docker's API answers" : "Docker's API does not answer");
        if (status.Firewall is { } error) out_.WriteLine($"Firewall: {error}");
        foreach (var network in status.Docker.UnknownNetworks)
            out_.WriteLine($"Network {network} is not known to Docker and was held back; `hawser purge --yes` removes it");

        var networks = new Table().Border(TableBorder.Simple)
            .AddColumns("NETWORK", "BRIDGE", "SWITCH", "MODE", "VLAN", "DATAPATH", "SUBNETS", "STATE");
        foreach (var n in status.Networks)
        {
            Row(networks, Short(n.Id), n.Bridge, n.Switch ?? "-", n.Internal ? $"{n.Mode}, internal" : n.Mode,
                n.Vlan?.ToString() ?? "-", n.Datapath, string.Join(' ', n.Subnets), State(n.State, n.Detail));
        }
        out_.Write(networks);

        var endpoints = new Table().Border(TableBorder.Simple)
            .AddColumns("ENDPOINT", "NETWORK", "PORT", "ADDRESSES", "MAC", "PUBLISHED", "STATE");
        foreach (var e in status.Endpoints)
        {
            var addresses = string.Join(' ', new[] { e.Address, e.AddressIPv6 }.OfType<string>());
            var published = string.Join(' ', e.Published);
            Row(endpoints, Short(e.Id), Short(e.Network), e.Port, addresses, e.Mac, published, State(e.State, e.Detail));
        }
        out_.Write(endpoints);
        if (status.Attachments is { Count: > 0 }) out_.Write(AttachCommand.TableOf(status.Attachments));
    }

    static void Row(Table table, params string[] cells) => table.AddRow([.. cells.Select(c => new Text(c))]);

    static string State(string state, string? detail) => detail is null ? state : $"{state}: {detail}";

    static string Short(string id) => id.Length > 12 ? id[..12] : id;
}
