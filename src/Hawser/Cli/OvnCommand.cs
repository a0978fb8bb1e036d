using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hawser.Core;
using Hawser.Core.Tables;
using Hawser.Docker.Engine;
using Hawser.Doctor;
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
        CustomParser = result => Parsing.Try(result, text => text.Split(',').Select(Parsing.Address).ToArray(), []),
    };

    static readonly Option<IPAddress?> EncapIp = new("--encap-ip")
    {
        Description = "The address of this host where tunnels end",
        HelpName = "IP",
        CustomParser = result => Parsing.Try<IPAddress?>(result, Parsing.Address, null),
    };

    static readonly Option<string> EncapType = new("--encap-type")
    {
        Description = "How tunnels are encapsulated",
        DefaultValueFactory = _ => EncapTypes[0],
    };

    /// <summary>Null if it is not given, and empty if it is given without a value.</summary>
    internal static readonly Option<ImmutableArray<IPAddress>?> DockerDns = new("--docker-dns")
    {
        Description = "Write \"dns\" into Docker's daemon.json, so that OVN answers for names: these servers, or with none the host's",
        HelpName = "IP[,IP]",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => Parsing.Try<ImmutableArray<IPAddress>>(result, ParseServers, []),
        DefaultValueFactory = WithoutServers,
    };

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
        const string Description =
            "Set what Hawser and ovn-controller read of OVN, in Open vSwitch's database, and which servers Docker asks for names";
        var command = new Command("setup", Description)
        {
            Central, EncapIp, EncapType, Ssl, DockerDns,
        };
        DatabaseArguments.AddTo(command);
        command.Validators.Add(RequireOvnOrDns);
        command.SetAction((arguments, ct) => Admin.GuardAsync(async () =>
        {
            var settings = arguments.GetResult(EncapIp) is null ? [] : OvnsSettings(arguments);
            var told = await DatabaseArguments.VisitVswitchAsync<IReadOnlyList<string>>(arguments, async (replica, snapshot) =>
            {
                IReadOnlyList<string> told = [];
                if (arguments.GetValue(DockerDns) is { } servers)
                {
                    // The file goes first: if the record of it cannot be made, the same command makes it later.
                    var plan = DockerDnsSetup.Plan(servers, Docker.Engine.DockerDns.Read(snapshot));
                    told = plan.Apply();
                    settings[WrittenDns.Key] = plan.Servers.Value;
                }
                await SetAsync(replica, settings, ct);
                return [.. told, .. Answers(snapshot, settings.GetValueOrDefault("ovn-encap-ip"))];
            }, ct);
            foreach (var (key, value) in settings) Console.WriteLine($"external_ids:{key}={value}");
            foreach (var line in told) Console.WriteLine(line);
            Console.WriteLine("set; `hawser ovn status` shows whether it works");
            return 0;
        }));
        return command;
    }

    // On a host that is tied to OVN already, --docker-dns may stand alone.
    static void RequireOvnOrDns(CommandResult result)
    {
        var given = new Option[] { Central, EncapIp }.Where(o => result.GetResult(o) is not null).ToList();
        var isAlone = given.Count == 0 && !IsGiven(EncapType) && !IsGiven(Ssl);
        if (isAlone && IsGiven(DockerDns)) return;
        foreach (var missing in new Option[] { Central, EncapIp }.Except(given)) result.AddError($"Option '{missing.Name}' is required.");

        bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
    }

    // An option without a value is not parsed: it has its default, as if it were not given.
    static ImmutableArray<IPAddress>? WithoutServers(ArgumentResult result)
    {
        var isGiven = result.Parent is OptionResult { Implicit: false };
        return isGiven ? ImmutableArray<IPAddress>.Empty : null;
    }

    static ImmutableArray<IPAddress> ParseServers(string text)
    {
        var servers = ImmutableArray.CreateBuilder<IPAddress>();
        foreach (var address in text.Split(','))
        {
            if (!IPAddress.TryParse(address, out var server)) throw new FormatException("addresses with commas between them");
            if (IPAddress.IsLoopback(server)) throw new FormatException($"{server} would be the container's own loopback");
            servers.Add(server);
        }
        return servers.DrainToImmutable();
    }

    static Dictionary<string, string> OvnsSettings(ParseResult arguments)
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
        // Without this, ovn-controller would ask for the kernel's datapath, and its bridge would have no device.
        if (!GenericNetlink.HasFamily("ovs_datapath")) settings["ovn-bridge-datapath-type"] = "netdev";
        return settings;
    }

    static Command MakeStatus()
    {
        var command = new Command("status", "Show what of OVN is set, reachable and missing; exit code 1 where something is missing")
        {
            Json, ServeCommand.OvnNorthbound, ServeCommand.Docker,
        };
        DatabaseArguments.AddTo(command);
        command.SetAction((arguments, ct) => Admin.GuardAsync(async () =>
        {
            var vswitch = await DatabaseArguments.VisitVswitchAsync(arguments, (_, snapshot) => Task.FromResult(snapshot), ct);
            var report = await OvnCheck.RunAsync(vswitch, ServeCommand.Overrides(arguments), ct);
            report = report with
            {
                Names = await NamesAsync(arguments.GetRequiredValue(ServeCommand.Docker), vswitch, ct),
                Answers = Answers(vswitch, OvnSettings.Read(vswitch).EncapIp) is { Count: > 0 } answers ? answers : null,
            };
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, OvnJson.Default.OvnReport));
            else foreach (var line in report.Lines) Console.WriteLine(line);
            return report.Works ? 0 : 1;
        }));
        return command;
    }

    static async Task<string?> NamesAsync(string docker, Snapshot vswitch, CancellationToken ct)
    {
        if (docker == "none") return null;
        using var engine = new EngineClient(docker);
        string? version;
        try
        {
            version = (await engine.VersionAsync(ct)).Version;
        }
        catch (EngineException)
        {
            version = null;
        }
        return NamesCheck.Of(version, Docker.Engine.DockerDns.Read(vswitch)).Sentence;
    }

    // Only `hawser doctor` tells what is in order.
    static IReadOnlyList<string> Answers(Snapshot vswitch, string? encapIp) =>
        [.. ArpCheck.Run(vswitch, encapIp).Where(f => f.Verdict != Verdict.Ok).Select(f => f.Sentence)];

    static string Servers(ParseResult arguments, string scheme, int port) =>
        string.Join(',', arguments.GetRequiredValue(Central).Select(address => $"{scheme}:{new IPEndPoint(address, port)}"));

    static async Task<bool> SetAsync(OvsdbReplica replica, Dictionary<string, string> settings, CancellationToken ct)
    {
        var transaction = new Transaction(Vswitch.Database);
        transaction.Mutate(Vswitch.OpenVSwitch, [],
            Mutation.DeleteKeys(Marks.ExternalIds, settings.Keys), Mutation.Insert(Marks.ExternalIds, Datum.StringMap(settings)));
        transaction.Comment("hawser ovn setup");
        var reply = await replica.TransactAsync(transaction, ct);
        return reply[0].Count > 0 ? true : throw new AdminException(
            "Open vSwitch's database has no row in table Open_vSwitch: is ovs-vswitchd's set-up (ovs-ctl start) done?");
    }
}

/// <summary>What <c>hawser ovn status --json</c> prints. Fields are added, never renamed.</summary>
/// <param name="Works">Whether containers can be given logical switch ports here.</param>
/// <param name="Settings">What is set, by the names of external_ids.</param>
/// <param name="Missing">What is missing, a sentence each.</param>
sealed record OvnReport(bool Works, IReadOnlyDictionary<string, string> Settings, IReadOnlyList<string> Missing)
{
    /// <summary>Who is asked for the names of containers on other hosts, and what to do if OVN does not see the question.</summary>
    public string? Names { get; init; }

    /// <summary>Which network cards answer for the address where tunnels end, beside the bridge that has it; null if none does.</summary>
    public IReadOnlyList<string>? Answers { get; init; }

    /// <summary>The report for people.</summary>
    [JsonIgnore]
    public IEnumerable<string> Lines
    {
        get
        {
            foreach (var (key, value) in Settings) yield return $"{key}={value}";
            foreach (var lack in Missing) yield return lack;
            if (Names is not null) yield return "names: " + Names;
            foreach (var answer in Answers ?? []) yield return answer;
            if (Works) yield return "everything is set and reachable";
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(OvnReport))]
sealed partial class OvnJson : JsonSerializerContext;
