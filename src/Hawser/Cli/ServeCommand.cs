using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Hawser.Core.Options;
using Hawser.Docker;
using Hawser.Hosting;
using Hawser.Linux;
using Hawser.Logging;
using Hawser.Ovn;
using Hawser.Ovsdb;
using Hawser.State;

namespace Hawser.Cli;

/// <summary><c>hawser serve</c>: the daemon.</summary>
static class ServeCommand
{
    static readonly Option<BridgeMode> Mode = Parsing.Choice(
        "--mode", "Mode of networks that name none: nat, routed or flat", BridgeMode.Nat);

    static readonly Option<LogThreshold> Level = Parsing.Choice(
        "--log-level", "The least important entries to log: error, warning, info or debug", LogThreshold.Info);

    static readonly Option<bool> Debug = new("--debug", "-d") { Description = "Log every call and every round, as --log-level debug does" };
    static readonly Option<LogFormat> Format = Parsing.Choice("--log-format", "Form of the log: text or json", LogFormat.Text);

    static readonly Option<bool> Environment = new("--environment")
    {
        Description = $"Take what no flag says from {ServeEnvironment.Names}",
    };

    /// <summary>Where the sockets are.</summary>
    public static readonly Option<string> PluginFolder = new("--plugin-dir")
    {
        Description = "Where dockerd finds the drivers' sockets: ovs.sock and ovn.sock",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DaemonOptions().PluginFolder,
    };

    static readonly Option<string[]> Drivers = new("--driver")
    {
        Description = "Serve this driver only",
        HelpName = "ovs|ovn",
        DefaultValueFactory = _ => [.. NetworkKind.Drivers],
    };

    static readonly Option<bool> Managed = new("--managed")
    {
        Description = "Run as a managed plugin, whose networks name the driver NAME:TAG",
    };

    static readonly Option<string[]> Aliases = new("--alias")
    {
        Description = "One more name for a driver, such as openvswitch=ovn or dovesnap=ovs",
        HelpName = "NAME=ovs|ovn",
    };

    /// <summary>Where OVN's northbound database is.</summary>
    public static readonly Option<OvsdbEndpoint[]> OvnNorthbound = new("--ovn-nb")
    {
        Description = "OVN's northbound database, in the place of external_ids:ovn-nb of table Open_vSwitch; several with commas",
        HelpName = "SERVER[,SERVER]",
        CustomParser = result => Parsing.Try(result, text => OvsdbEndpoint.ParseList(text).ToArray(), []),
    };

    static readonly Option<DriverScope> Scope = Parsing.Choice(
        "--scope", "Scope of the driver 'ovn': local, or global for the networks of a swarm", DriverScope.Local);

    /// <summary>Where Docker's API is.</summary>
    public static readonly Option<string> Docker = new("--docker")
    {
        Description = "Docker's API, or 'none'",
        HelpName = "FILE",
        DefaultValueFactory = _ => new DaemonOptions().DockerSocket!,
    };

    static readonly Option<string> StateFolder = new("--state-dir")
    {
        Description = "What must survive a reboot",
        HelpName = "DIR",
        DefaultValueFactory = _ => StateFolders.Default.State,
    };

    static readonly Option<string> RunFolder = new("--run-dir")
    {
        Description = "What ends with a reboot; on tmpfs",
        HelpName = "DIR",
        DefaultValueFactory = _ => StateFolders.Default.Run,
    };

    static readonly Option<string?> BridgeName = new("--bridge-name")
    {
        Description = "Make sure that a Docker network exists on this bridge, and is named after it",
        HelpName = "NAME",
        CustomParser = result => Parsing.Try(
            result, text => LinkNames.IsValid(text) ? text : throw new FormatException(LinkNames.Allowed), null),
    };

    static readonly Option<IPNetwork?> BridgeSubnet = new("--bridge-subnet")
    {
        Description = "Subnet of that network",
        HelpName = "CIDR",
        CustomParser = result => Parsing.Try<IPNetwork?>(result, ParseSubnet, null),
    };

    static readonly Option<IPAddress?> Gateway = new("--gateway")
    {
        Description = "Gateway of that network; the subnet's first address if not given",
        HelpName = "IP",
        CustomParser = result => Parsing.Try<IPAddress?>(result, ParseGateway, null),
    };

    static readonly Option<int?> Mtu = new("--mtu")
    {
        Description = "MTU of that network",
        HelpName = "BYTES",
        CustomParser = result => Parsing.Try<int?>(result, ParseMtu, null),
    };

    public static Command Make()
    {
        var command = new Command("serve", "Run the daemon: Docker's network drivers 'ovs' and 'ovn'")
        {
            OvnNorthbound, Scope, Mode, Level, Debug, Format, Environment, Drivers, Managed, PluginFolder, Aliases,
            Docker, StateFolder, RunFolder, BridgeName, BridgeSubnet, Gateway, Mtu,
        };
        DatabaseArguments.AddTo(command);
        command.Validators.Add(result =>
        {
            var needBridge = new Option[] { BridgeSubnet, Gateway, Mtu };
            if (result.GetResult(BridgeName) is null && needBridge.Any(o => result.GetResult(o) is not null))
                result.AddError("--bridge-subnet, --gateway and --mtu need --bridge-name beside them");
            if (Parsing.Read(result, Gateway) is not { } gateway) return;
            var subnet = Parsing.Read(result, BridgeSubnet);
            if (!(subnet?.Contains(gateway) ?? false))
                result.AddError($"--gateway {gateway} does not lie in --bridge-subnet {subnet?.ToString() ?? "(not given)"}");
        });
        Aliases.Validators.Add(result =>
        {
            var aliases = result.Tokens.Select(t => t.Value).ToList();
            foreach (var alias in aliases.Where(a => ParseAlias(a) is null))
            {
                result.AddError($"--alias \"{alias}\" is not allowed: NAME=ovs or NAME=ovn, "
                    + "NAME being another name of letters, digits, '_' and '-'");
            }
            foreach (var twice in aliases.Select(a => a.Split('=')[0]).GroupBy(n => n).Where(g => g.Count() > 1))
                result.AddError($"--alias \"{twice.Key}\" is given twice");
        });
        Drivers.AcceptOnlyFromAmong([.. NetworkKind.Drivers]);
        command.SetAction(RunAsync);
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, CancellationToken ct)
    {
        var options = Read(arguments);
        using var supervisor = Supervisor.FromEnvironment();
        using var loggers = LogOutput.Make(options.LogFormat, options.LogLevel);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await Daemon.RunAsync(options, InheritedSockets.Take(), supervisor, loggers, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It was told to stop while it started.
        }
        return 0;

        // A cancelled signal does not end the process. The daemon does, once its calls are answered and its sockets removed.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    /// <summary>What the command line says instead of Open vSwitch's database.</summary>
    public static OvnOverrides Overrides(ParseResult arguments) =>
        new([.. arguments.GetValue(OvnNorthbound) ?? []], DatabaseArguments.Tls(arguments));

    static DaemonOptions Read(ParseResult arguments)
    {
        var docker = arguments.GetRequiredValue(Docker);
        var folders = new StateFolders(arguments.GetRequiredValue(StateFolder), arguments.GetRequiredValue(RunFolder));
        return new DaemonOptions
        {
            Ovsdb = [.. arguments.GetRequiredValue(DatabaseArguments.Ovsdb)],
            Tls = DatabaseArguments.Tls(arguments),
            Mode = arguments.GetValue(Mode),
            Scope = arguments.GetValue(Scope),
            LogLevel = arguments.GetValue(Debug) ? LogThreshold.Debug : arguments.GetValue(Level),
            LogFormat = arguments.GetValue(Format),
            PluginFolder = arguments.GetRequiredValue(PluginFolder),
            IsManaged = arguments.GetValue(Managed),
            Drivers = arguments.GetRequiredValue(Drivers)
                .Distinct()
                .Select(d => (Name: d, Driver: d))
                .Concat((arguments.GetValue(Aliases) ?? []).Select(a => ParseAlias(a)!.Value))
                .ToImmutableSortedDictionary(d => d.Name, d => d.Driver),
            Ovn = Overrides(arguments),
            AdminSocket = Path.Combine(folders.Run, "hawser.sock"),
            DockerSocket = docker == "none" ? null : docker,
            Folders = folders,
            DefaultNetwork = arguments.GetValue(BridgeName) is { } bridge
                ? new DefaultNetworkOptions(
                    bridge, arguments.GetValue(BridgeSubnet), arguments.GetValue(Gateway),
                    arguments.GetValue(Mode), arguments.GetValue(Mtu))
                : null,
        };
    }

    static IPNetwork? ParseSubnet(string text) =>
        IPNetwork.TryParse(text, out var subnet) ? subnet : throw new FormatException("a subnet in CIDR form such as 172.18.40.0/24");

    static IPAddress ParseGateway(string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw new FormatException("an address of that network's subnet");

    static int? ParseMtu(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var mtu)
            && mtu is >= NetworkOptionsParser.SmallestMtu and <= NetworkOptionsParser.LargestMtu)
        {
            return mtu;
        }
        throw new FormatException(string.Create(
            CultureInfo.InvariantCulture, $"a whole number from {NetworkOptionsParser.SmallestMtu} to {NetworkOptionsParser.LargestMtu}"));
    }

    static (string Name, string Driver)? ParseAlias(string text)
    {
        if (text.Split('=') is not [{ Length: > 0 } name, var driver]) return null;
        if (!NetworkKind.Drivers.Contains(driver) || NetworkKind.Drivers.Contains(name)) return null;
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? (name, driver) : null;
    }
}
