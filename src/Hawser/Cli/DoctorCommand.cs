using System.CommandLine;
using System.Text.Json;
using Hawser.Admin;
using Hawser.Core.Tables;
using Hawser.Docker;
using Hawser.Docker.Engine;
using Hawser.Doctor;
using Hawser.Linux;
using Hawser.Ovn;
using Hawser.Ovsdb;
using Spectre.Console;

namespace Hawser.Cli;

/// <summary><c>hawser doctor</c>: what usually goes wrong, and what to do about it. It changes nothing and needs no daemon.</summary>
static class DoctorCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    public static Command Make()
    {
        var command = new Command("doctor", "Check what usually goes wrong, and say what to do; exit code 1 where something is broken")
        {
            Json, Admin.RunFolder, ServeCommand.PluginFolder, ServeCommand.Docker, ServeCommand.OvnNorthbound,
        };
        DatabaseArguments.AddTo(command);
        command.SetAction((arguments, ct) => Admin.GuardAsync(async () =>
        {
            var findings = new List<Finding>();
            await foreach (var finding in ExamineAsync(arguments, ct)) findings.Add(finding);
            var report = new DoctorReport(findings.All(f => f.Verdict != Verdict.Broken), findings);
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, DoctorJson.Default.DoctorReport));
            else Print(report);
            return report.Healthy ? 0 : 1;
        }));
        return command;
    }

    static async IAsyncEnumerable<Finding> ExamineAsync(
        ParseResult arguments, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var routes = new RouteNetlink();
        var servers = string.Join(',', arguments.GetRequiredValue(DatabaseArguments.Ovsdb).Select(e => e.ToString()));
        var (vswitch, away) = await TryAsync(
            () => DatabaseArguments.VisitVswitchAsync(arguments, (_, snapshot) => Task.FromResult(snapshot), ct));
        if (vswitch is null)
        {
            yield return Finding.Broken(
                "Open vSwitch", away!, "start it: systemctl start openvswitch-switch; or name its database with --ovsdb");
        }
        else
        {
            var hasKernelDatapath = GenericNetlink.HasFamily("ovs_datapath");
            foreach (var finding in SwitchCheck.Run(vswitch, servers, hasKernelDatapath)) yield return finding;
        }
        var ovn = vswitch is null ? new OvnSettings() : OvnSettings.Read(vswitch);
        if (vswitch is not null)
        {
            var report = await OvnCheck.RunAsync(vswitch, ServeCommand.Overrides(arguments), ct);
            var addresses = routes.DumpAddresses().Select(a => a.Address);
            foreach (var finding in SwitchCheck.RunOvn(ovn, report.Missing, addresses)) yield return finding;
            foreach (var finding in ArpCheck.Run(vswitch, ovn.EncapIp)) yield return finding;
        }

        var plugins = new List<EnginePlugin>();
        string? engineVersion = null;
        if (arguments.GetRequiredValue(ServeCommand.Docker) is var docker && docker != "none")
        {
            using var engine = new EngineClient(docker);
            var (version, silent) = await TryAsync(() => engine.VersionAsync(ct));
            yield return version is null
                ? Finding.Broken("Docker", silent!, "start it: systemctl start docker; or name its API with --docker")
                : DockerCheck.OfVersion(version.Version);
            if (version is not null)
            {
                engineVersion = version.Version;
                var (known, unsaid) = await TryAsync(async () => (await engine.PluginsAsync(ct)).ToList());
                if (known is null) yield return Finding.Broken("Docker", unsaid!);
                else plugins.AddRange(known.Where(DriverNames.IsHawser));
            }
        }
        if (vswitch is not null && ovn.Northbound is not null) yield return NamesCheck.Of(engineVersion, DockerDns.Read(vswitch));
        foreach (var finding in DockerCheck.OfPlugins(plugins)) yield return finding;
        var sockets = NetworkKind.Drivers
            .Select(d => Path.Combine(arguments.GetRequiredValue(ServeCommand.PluginFolder), d + ".sock"))
            .ToList();
        // With managed plugins, a missing socket is no finding.
        foreach (var finding in DockerCheck.OfSockets(plugins.Count == 0 ? sockets : sockets.Where(File.Exists))) yield return finding;

        using var daemon = new AdminClient(Path.Combine(arguments.GetRequiredValue(Admin.RunFolder), "hawser.sock"));
        var (status, mute) = await TryAsync(() => daemon.GetAsync("/status", AdminJson.Default.StatusReport, ct));
        if (status is null)
        {
            yield return Finding.Broken("Daemon", mute!, "start it: systemctl start hawser; or name its folder: "
                + "a managed plugin's is --run-dir /run/docker/hawser-ovs or /run/docker/hawser-ovn");
        }
        else
        {
            var (orphans, _) = await TryAsync(() => daemon.GetAsync("/orphans", AdminJson.Default.OrphansReport, ct));
            foreach (var finding in HostCheck.OfDaemon(status, orphans)) yield return finding;
            if (ovn.EncapIp is not null)
                foreach (var finding in HostCheck.OfMtu(status, [.. routes.DumpLinks()], Underlay.InnerMtu(ovn))) yield return finding;
        }
        foreach (var family in new[] { IpFamily.IPv4, IpFamily.IPv6 })
        {
            if (status is null) break;
            var isRouting = status.Networks.Any(n => IsRouted(n, family));
            // If no IPv6 network is routed, ip6tables may be missing.
            if (family == IpFamily.IPv6 && !isRouting) continue;
            var (filter, unreadable) = await TryAsync(() => Iptables.Detect().SaveAsync(family, "filter", ct));
            yield return filter is null ? Finding.Broken("Forwarding", unreadable!) : HostCheck.OfForwarding(family, filter, isRouting);
        }
        yield return HostCheck.OfClock(Clock.IsSynchronized());
    }

    static bool IsRouted(NetworkReport network, IpFamily family) =>
        !network.Internal && (network.Mode is "nat" or "routed" || network.Mode.StartsWith("vrf ", StringComparison.Ordinal))
        && network.Subnets.Any(s => s.Contains(':', StringComparison.Ordinal) == (family == IpFamily.IPv6));

    static async Task<(T? Answer, string? Failure)> TryAsync<T>(Func<Task<T>> ask) where T : class
    {
        try
        {
            return (await ask(), null);
        }
        catch (Exception e) when (e is AdminException or EngineException or ToolException or OvsdbException)
        {
            return (null, e.Message);
        }
    }

    static void Print(DoctorReport report)
    {
        foreach (var (check, verdict, says, remedy) in report.Findings)
        {
            Output.Console.Write(new Text(verdict.ToString().ToLowerInvariant().PadRight(9), Color(verdict)));
            Output.Console.WriteLine($"{check}: {says}");
            if (remedy is not null) Output.Console.WriteLine($"         {remedy}");
        }
    }

    static Style Color(Verdict verdict) => verdict switch
    {
        Verdict.Ok => new Style(Spectre.Console.Color.Green),
        Verdict.Warning => new Style(Spectre.Console.Color.Yellow),
        _ => new Style(Spectre.Console.Color.Red),
    };
}
