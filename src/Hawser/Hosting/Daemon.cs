using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Hawser.Admin;
using Hawser.Apply;
using Hawser.Converge;
using Hawser.Core.Tables;
using Hawser.Docker;
using Hawser.Docker.Engine;
using Hawser.Docker.Plugin;
using Hawser.Linux;
using Hawser.Logging;
using Hawser.Ovn;
using Hawser.Ovsdb;
using Hawser.State;
using Hawser.Tunnels;
using Hawser.Witness;
using Microsoft.Extensions.Logging;

namespace Hawser.Hosting;

/// <summary>The daemon: its parts, made in the order in which they start.</summary>
static class Daemon
{
    // Longer than any call from Docker takes: Join waits 13 s for ovn-controller.
    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(14);

    /// <summary>Runs until it is cancelled.</summary>
    [SuppressMessage("Maintainability", "CA1506", Justification = "The one place that knows all parts.")]
    public static async Task RunAsync(
        DaemonOptions options, IReadOnlyDictionary<string, Socket> inherited,
        Supervisor supervisor, ILoggerFactory loggers, CancellationToken ct)
    {
        var time = TimeProvider.System;
        var logger = loggers.CreateLogger("Hawser");
        var store = IntentStore.Load(options.Folders, logger);

        var database = string.Join(',', options.Ovsdb);
        var replica = new OvsdbReplica(new OvsdbReplicaOptions
        {
            Database = Vswitch.Database,
            Endpoints = options.Ovsdb,
            Tls = options.Tls,
            Tables = Vswitch.Monitors,
            MaxBackoff = TimeSpan.FromSeconds(1),
        });
        var links = new LinkTable();
        var reaper = new LinkReaper(links, logger, time);
        var central = new OvnCentral(replica, options.Ovn, logger);
        var door = new NamespaceDoor(options.NamespaceAgent);
        using var host = new Host(replica, database, central, store, reaper, links, options.ChainPrefix, door, logger);
        var converger = new Converger(store, host, logger, time);
        var guard = new FirewallGuard(converger, host.Firewall, logger, time);
        using var neighbours = new TunnelNeighbours(replica, TunnelNeighbours.FolderOf(options.Ovsdb), links, logger, time);
        var ports = new PortBook(logger);
        var checks = new HostChecks(replica);
        var drivers = options.Drivers.ToImmutableSortedDictionary(d => d.Key, d => Kind(d.Key, d.Value));
        var names = new DriverNames(drivers, options.IsManaged);
        var removed = new RemovedNetworks();
        if (options.DockerSocket is null) removed.Close();
        var stale = new StaleIntent(store, converger, ports, logger, time);
        var plan = new AddressPlan(central, store);
        var doubts = new ClaimDoubts(central);
        var audit = new AddressAudit(plan, doubts, central, store, names, logger, time);
        var ipam = new IpamDriver(plan, doubts, converger, store, logger);
        using var engine = options.DockerSocket is { } socket ? new EngineClient(socket) : null;
        var attached = engine is null ? null : new AttachedContainers(store, converger, engine, logger, time);
        var witness = engine is null ? null : new DockerWitness(
            engine, names, converger, links, stale, audit, doubts, new NamesOfContainers(store, converger, engine, logger),
            new LostIntent(store, removed, converger, ports, names, logger, time), attached!, guard, logger, time);
        var attachments = new AttachmentApi(store, converger, replica, door, options.IsManaged, engine, time);
        var admin = new AdminApi(store, converger, host, database, names, attachments, witness, stale);
        var explain = new ExplainApi(store, converger, host, options.ChainPrefix, names, engine);
        await using var server = new PluginServer(
            [
                .. drivers.Select(d => new PluginListener(Path.Combine(options.PluginFolder, d.Key + ".sock"), Routes(d.Value))),
                new PluginListener(
                    options.AdminSocket, AdminRoutes.For(admin, explain, attachments, new OvnAdmin(plan, new SharedRows(central)))),
            ],
            inherited, loggers);

        // Each name has a socket of its own, so that a call tells which name the user wrote.
        NetworkKind Kind(string name, string driver) => driver == "ovn"
            ? new LogicalNetworks(converger, central)
            : new BridgeNetworks(converger, checks, BridgeDefaults.Of(name, options.Mode), logger);

        ImmutableArray<PluginRoute> Routes(NetworkKind kind)
        {
            var driver = new NetworkDriver(kind, store, removed, converger, ports, ipam, logger, time);
            return kind is LogicalNetworks ? PluginRoutes.For(driver, ipam, options.Scope) : PluginRoutes.For(driver, DriverScope.Local);
        }

        void OnLinkChanged(LinkChange change)
        {
            converger.Events.OnLinkChanged(change);
            neighbours.OnLinkChanged(change);
        }

        var databaseLog = new DatabaseLog("Open vSwitch's database", database, logger);
        central.Changed = change =>
        {
            converger.Events.OnNorthboundChanged(change);
            doubts.OnNorthboundChanged(change);
        };
        replica.Changed = change =>
        {
            databaseLog.Note(change);
            converger.Events.OnReplicaChanged(change);
            neighbours.OnReplicaChanged(change);
        };
        ports.Restore(store.Current);
        await server.StartAsync(ct);
        supervisor.Ready();
        logger.Started(BuildInfo.Version, store.Instance.Value, store.Current.Networks.Count, store.Current.Endpoints.Count);

        // The caller's token does not stop the loops: calls under way need them to finish.
        using var stopping = new CancellationTokenSource();
        Task[] loops =
        [
            replica.RunAsync(stopping.Token),
            central.RunAsync(stopping.Token),
            // Starts before the converger reads all links: a link that went in between would stay in its table for ever.
            LinkMonitor.RunAsync(OnLinkChanged, stopping.Token),
            converger.RunAsync(stopping.Token),
            guard.RunAsync(stopping.Token),
            // If there are two daemons, of managed plugins, only that of the driver ovn asks.
            options.Drivers.ContainsValue("ovn") ? neighbours.RunAsync(stopping.Token) : Task.Delay(Timeout.Infinite, stopping.Token),
            reaper.RunAsync(stopping.Token),
            supervisor.WatchAsync(converger, time, stopping.Token),
            attached?.RunAsync(stopping.Token) ?? Task.Delay(Timeout.Infinite, stopping.Token),
            witness?.RunAsync(new DefaultNetwork(options.DefaultNetwork, engine!, logger).EnsureAsync, stopping.Token)
                ?? Task.Delay(Timeout.Infinite, stopping.Token),
        ];
        // A loop ends only by a fault that it cannot handle. The daemon must end with it, so that systemd starts it anew.
        var told = Task.Delay(Timeout.Infinite, ct);
        var first = await Task.WhenAny([.. loops, told]);
        supervisor.Stopping();
        await StopAsync(server, reaper, stopping, loops);
        if (first != told) await first;
        logger.Stopped();
    }

    static async Task StopAsync(PluginServer server, LinkReaper reaper, CancellationTokenSource stopping, Task[] loops)
    {
        using var deadline = new CancellationTokenSource(StopDeadline);
        await server.StopAsync(deadline.Token);
        await stopping.CancelAsync();
        await Task.WhenAll(loops.Select(l => l.ContinueWith(static _ => { }, TaskScheduler.Default)));
        reaper.Finish();
    }
}
