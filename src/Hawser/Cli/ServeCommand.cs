using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Hawser.Converge;
using Hawser.Core.Options;
using Hawser.Ovsdb;

namespace Hawser.Cli;

/// <summary><c>hawser serve</c>: the daemon.</summary>
static class ServeCommand
{
    static readonly Option<OvsdbEndpoint[]> Ovsdb = new("--ovsdb")
    {
        Description = "Open vSwitch's database: unix:FILE, tcp:HOST:PORT or ssl:HOST:PORT; several with commas, for fail-over",
        HelpName = "SERVER[,SERVER]",
        CustomParser = result => Parsing.Try(result, text => OvsdbEndpoint.ParseList(text).ToArray(), []),
        DefaultValueFactory = _ => [OvsdbEndpoint.Parse("unix:/run/openvswitch/db.sock")],
    };

    static readonly Option<string?> PrivateKey = new("--private-key") { Description = "Private key for ssl servers (PEM)", HelpName = "FILE" };
    static readonly Option<string?> Certificate = new("--certificate") { Description = "Certificate for ssl servers (PEM)", HelpName = "FILE" };
    static readonly Option<string?> CaCertificate = new("--ca-cert") { Description = "Certificate of the authority that signed the servers' (PEM)", HelpName = "FILE" };
    static readonly Option<BridgeMode> Mode = Parsing.Choice("--mode", "Mode of networks that name none: nat, routed or flat", BridgeMode.Nat);
    static readonly Option<bool> Debug = new("--debug", "-d") { Description = "Log every call and every round" };
    static readonly Option<LogFormat> Format = Parsing.Choice("--log-format", "Form of the log: text or json", LogFormat.Text);
    static readonly Option<string> PluginSocket = new("--socket") { Description = "Where dockerd finds the plugin", HelpName = "FILE", DefaultValueFactory = _ => new DaemonOptions().PluginSocket };
    static readonly Option<string> Docker = new("--docker") { Description = "Docker's API, or 'none'", HelpName = "FILE", DefaultValueFactory = _ => new DaemonOptions().DockerSocket! };
    static readonly Option<string> StateFolder = new("--state-dir") { Description = "What must survive a reboot", HelpName = "DIR", DefaultValueFactory = _ => StateFolders.Default.State };
    static readonly Option<string> RunFolder = new("--run-dir") { Description = "What ends with a reboot; on tmpfs", HelpName = "DIR", DefaultValueFactory = _ => StateFolders.Default.Run };

    static readonly Option<string?> BridgeName = new("--bridge-name") { Description = "Make sure that a Docker network exists on this bridge, and is named after it", HelpName = "NAME" };
    static readonly Option<IPNetwork?> BridgeSubnet = new("--bridge-subnet")
    {
        Description = "Subnet of that network",
        HelpName = "CIDR",
        CustomParser = result => Parsing.Try<IPNetwork?>(result, text => IPNetwork.Parse(text), null),
    };
    static readonly Option<IPAddress?> Gateway = new("--gateway")
    {
        Description = "Gateway of that network; the subnet's first address if not given",
        HelpName = "IP",
        CustomParser = result => Parsing.Try(result, IPAddress.Parse, null),
    };
    static readonly Option<int?> Mtu = new("--mtu") { Description = "MTU of that network", HelpName = "BYTES" };

    public static Command Make()
    {
        var command = new Command("serve", "Run the daemon: Docker's network driver 'ovs'")
        {
            Ovsdb, PrivateKey, Certificate, CaCertificate, Mode, Debug, Format, PluginSocket, Docker, StateFolder, RunFolder,
            BridgeName, BridgeSubnet, Gateway, Mtu,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(BridgeName) is null && (result.GetValue(BridgeSubnet) is not null || result.GetValue(Gateway) is not null || result.GetValue(Mtu) is not null))
                result.AddError("--bridge-subnet, --gateway and --mtu need --bridge-name beside them");
            if (new[] { PrivateKey, Certificate, CaCertificate }.Count(o => result.GetValue(o) is not null) is 1 or 2)
                result.AddError("--private-key, --certificate and --ca-cert belong together: give all three or none");
            if (result.GetValue(Gateway) is { } gateway && !(result.GetValue(BridgeSubnet)?.Contains(gateway) ?? false))
                result.AddError($"--gateway {gateway} does not lie in --bridge-subnet {result.GetValue(BridgeSubnet)?.ToString() ?? "(not given)"}");
        });
        command.SetAction(RunAsync);
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, CancellationToken ct)
    {
        var options = Read(arguments);
        using var loggers = LogOutput.Make(options);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await Daemon.RunAsync(options, loggers, stopping.Token);
        return 0;

        // Cancelled signals do not end the process: the daemon does, once its calls are answered and its sockets removed.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    static DaemonOptions Read(ParseResult arguments)
    {
        var docker = arguments.GetRequiredValue(Docker);
        var folders = new StateFolders(arguments.GetRequiredValue(StateFolder), arguments.GetRequiredValue(RunFolder));
        return new DaemonOptions
        {
            Ovsdb = [.. arguments.GetRequiredValue(Ovsdb)],
            Tls = arguments.GetValue(PrivateKey) is { } key && arguments.GetValue(Certificate) is { } certificate && arguments.GetValue(CaCertificate) is { } ca
                ? new OvsdbTls(ca, certificate, key) : null,
            Mode = arguments.GetValue(Mode),
            Debug = arguments.GetValue(Debug),
            LogFormat = arguments.GetValue(Format),
            PluginSocket = arguments.GetRequiredValue(PluginSocket),
            AdminSocket = Path.Combine(folders.Run, "hawser.sock"),
            DockerSocket = docker == "none" ? null : docker,
            Folders = folders,
            DefaultNetwork = arguments.GetValue(BridgeName) is { } bridge
                ? new DefaultNetworkOptions(bridge, arguments.GetValue(BridgeSubnet), arguments.GetValue(Gateway), arguments.GetValue(Mode), arguments.GetValue(Mtu)) : null,
        };
    }
}
