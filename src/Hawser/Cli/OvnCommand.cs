using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hawser.Core.Tables;
using Hawser.Linux;
using Hawser.Ovsdb;

namespace Hawser.Cli;

/// <summary><c>hawser ovn</c>: what ties this host to OVN's databases.</summary>
static class OvnCommand
{
    static readonly string[] EncapTypes = ["geneve", "vxlan", "stt"];

    static readonly Option<IPAddress[]> Central = new("--central")
    {
        Description = "Where OVN's databases are; the members of a cluster with commas",
        HelpName = "IP[,IP]",
        Required = true,
        CustomParser = result => Parsing.Try(result, text => text.Split(',').Select(Parsing.Address).ToArray(), []),
    };

    static readonly Option<IPAddress?> EncapIp = new("--encap-ip")
    {
        Description = "The address of this host where tunnels end",
        HelpName = "IP",
        Required = true,
        CustomParser = result => Parsing.Try<IPAddress?>(result, Parsing.Address, null),
    };

    static readonly Option<string> EncapType = new("--encap-type") { Description = "How tunnels are encapsulated", DefaultValueFactory = _ => EncapTypes[0] };
    static readonly Option<bool> Ssl = new("--ssl") { Description = "Reach the databases by ssl, with the keys of `ovs-vsctl set-ssl`" };
    static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    public static Command Make()
    {
        EncapType.AcceptOnlyFromAmong(EncapTypes);
        return new Command("ovn", "Tie this host to OVN, and show what is set, reachable and missing")
        {
            MakeSetup(), MakeStatus(), ForgetCommand.Make(),
        };
    }

    static Command MakeSetup()
    {
        var command = new Command("setup", "Set what Hawser and ovn-controller read of OVN, in Open vSwitch's database") { Central, EncapIp, EncapType, Ssl };
        DatabaseArguments.AddTo(command);
        command.SetAction((arguments, ct) => Admin.GuardAsync(async () =>
        {
            var encapIp = arguments.GetValue(EncapIp)!;
            using (var routes = new RouteNetlink())
            {
                if (!routes.DumpAddresses().Any(a => a.Address.Equals(encapIp)))
                    throw new AdminException($"--encap-ip \"{encapIp}\" is not allowed: no link of this host has that address");
            }
            var scheme = arguments.GetValue(Ssl) ? "ssl" : "tcp";
            var settings = new Dictionary<string, string>
            {
                ["ovn-nb"] = Servers(arguments, scheme, 6641),
                ["ovn-remote"] = Servers(arguments, scheme, 6642),
                ["ovn-encap-ip"] = encapIp.ToString(),
                ["ovn-encap-type"] = arguments.GetRequiredValue(EncapType),
            };
            // ovn-controller would ask for the kernel's datapath, and its bridge would have no device.
            if (!GenericNetlink.HasFamily("ovs_datapath")) settings["ovn-bridge-datapath-type"] = "netdev";
            await DatabaseArguments.VisitVswitchAsync(arguments, (replica, _) => SetAsync(replica, settings, ct), ct);
            foreach (var (key, value) in settings) Console.WriteLine($"external_ids:{key}={value}");
            Console.WriteLine("set; `hawser ovn status` shows whether it works");
            return 0;
        }));
        return command;
    }

    static Command MakeStatus()
    {
        var command = new Command("status", "Show what of OVN is set, reachable and missing; exit code 1 where something is missing") { Json, ServeCommand.OvnNorthbound };
        DatabaseArguments.AddTo(command);
        command.SetAction((arguments, ct) => Admin.GuardAsync(async () =>
        {
            var report = await OvnCheck.RunAsync(await DatabaseArguments.VisitVswitchAsync(arguments, (_, snapshot) => Task.FromResult(snapshot), ct), ServeCommand.Overrides(arguments), ct);
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, OvnJson.Default.OvnReport));
            else foreach (var line in report.Lines) Console.WriteLine(line);
            return report.Works ? 0 : 1;
        }));
        return command;
    }

    static string Servers(ParseResult arguments, string scheme, int port) =>
        string.Join(',', arguments.GetRequiredValue(Central).Select(address => $"{scheme}:{new IPEndPoint(address, port)}"));

    static async Task<bool> SetAsync(OvsdbReplica replica, Dictionary<string, string> settings, CancellationToken ct)
    {
        var transaction = new Transaction(Vswitch.Database);
        transaction.Mutate(Vswitch.OpenVSwitch, [], Mutation.DeleteKeys("external_ids", settings.Keys), Mutation.Insert("external_ids", Datum.StringMap(settings)));
        transaction.Comment("hawser ovn setup");
        var reply = await replica.TransactAsync(transaction, ct);
        return reply[0].Count > 0 ? true : throw new AdminException("Open vSwitch's database has no row in table Open_vSwitch: is ovs-vswitchd's set-up (ovs-ctl start) done?");
    }
}

/// <summary>What <c>hawser ovn status --json</c> prints. Fields are added, never renamed.</summary>
/// <param name="Works">Whether containers can be given logical switch ports here.</param>
/// <param name="Settings">What is set, by the names of external_ids.</param>
/// <param name="Missing">What is missing, a sentence each.</param>
sealed record OvnReport(bool Works, IReadOnlyDictionary<string, string> Settings, IReadOnlyList<string> Missing)
{
    /// <summary>For people.</summary>
    [JsonIgnore]
    public IEnumerable<string> Lines => [.. Settings.Select(s => $"{s.Key}={s.Value}"), .. Missing, .. Works ? (string[])["everything is set and reachable"] : []];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(OvnReport))]
sealed partial class OvnJson : JsonSerializerContext;
