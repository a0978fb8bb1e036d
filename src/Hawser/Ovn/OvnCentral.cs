using System.Collections.Immutable;
using Hawser.Core;
using Hawser.Core.Tables;
using Hawser.Logging;
using Hawser.Ovsdb;
using Microsoft.Extensions.Logging;

namespace Hawser.Ovn;

/// <summary>The parts of OVN's set-up that the command line can give instead of Open vSwitch's database.</summary>
/// <param name="Northbound">The servers of the northbound database, or empty.</param>
/// <param name="Tls">Keys for ssl servers, or null.</param>
sealed record OvnOverrides(ImmutableArray<OvsdbEndpoint> Northbound, OvsdbTls? Tls);

/// <summary>
/// The northbound database of OVN, wherever Open vSwitch's database says that it is. It is followed as soon as the host is
/// set up for OVN; when another one is named, that one is followed instead.
/// </summary>
sealed class OvnCentral(OvsdbReplica vswitch, OvnOverrides overrides, ILogger logger)
{
    const string HowTo = "`hawser ovn setup --central IP --encap-ip IP` sets it";

    // Completed while there are servers to follow, whether they answer or not.
    volatile TaskCompletionSource<Connection> _following = new(TaskCreationOptions.RunContinuationsAsynchronously);

    sealed record Connection(string Database, string Chassis, OvsdbReplicaOptions Options, OvsdbReplica Replica);

    /// <summary>Receives what changes in the database, as <see cref="OvsdbReplica.Changed"/> does.</summary>
    public Action<ReplicaChange>? Changed { get; set; }

    /// <summary>What Open vSwitch's database says of OVN at this moment.</summary>
    public OvnSettings Settings => vswitch.Current is { } snapshot ? OvnSettings.Read(snapshot) : new OvnSettings();

    Connection? Followed => _following.Task is { IsCompletedSuccessfully: true } following ? following.Result : null;

    /// <summary>The servers that are asked, or null while this host is not set up for OVN.</summary>
    public string? Database => Followed?.Database;

    /// <summary>This host's name among the chassis.</summary>
    public string? Chassis => Followed?.Chassis;

    /// <summary>The replica while it is live.</summary>
    public OvsdbReplica? Live => Followed is { Replica.IsLive: true } connection ? connection.Replica : null;

    /// <summary>The newest contents, while they are followed.</summary>
    public Snapshot? Current => Live?.Current;

    /// <summary>A second replica of the database, with what another host sees of it. The caller has to run it.</summary>
    /// <exception cref="PluginException">No database is followed.</exception>
    public OvsdbReplica SeenBy(string chassis) =>
        Followed is { } connection
            ? new OvsdbReplica(connection.Options with { Tables = Northbound.Monitors(chassis) })
            : throw new PluginException(Unavailable);

    /// <summary>Why nothing can be done in the database at this moment, in a sentence.</summary>
    public string Unavailable
    {
        get
        {
            if (Followed is { } connection)
                return $"OVN's northbound database at {connection.Database} is not reachable: "
                    + $"{connection.Replica.LastError ?? "not connected yet"}";
            if (vswitch.IsLive) return MissingSetting(Settings) ?? "OVN's northbound database is not connected yet";
            return $"Open vSwitch's database, which names OVN's, is not reachable: {vswitch.LastError ?? "not connected yet"}";
        }
    }

    /// <summary>Waits until the database is followed.</summary>
    /// <exception cref="PluginException">The host is not set up for OVN, or the database does not answer within the deadline.</exception>
    public async Task ReadyAsync(TimeSpan deadline, CancellationToken ct)
    {
        if (Live is not null) return;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waiting.CancelAfter(deadline);
        try
        {
            var settings = OvnSettings.Read(await vswitch.WhenLiveAsync(waiting.Token));
            if (MissingSetting(settings) is { } missing) throw new PluginException(missing);
            await (await _following.Task.WaitAsync(waiting.Token)).Replica.WhenLiveAsync(waiting.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new PluginException(Unavailable);
        }
    }

    /// <summary>Follows the database until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var settings = OvnSettings.Read(await vswitch.WhenAsync(s => MissingSetting(OvnSettings.Read(s)) is null, ct));
            using var following = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var running = FollowAsync(settings, following.Token);
            try
            {
                var followed = (settings.Chassis, settings.Northbound, settings.Tls);
                await vswitch.WhenAsync(s => OvnSettings.Read(s) is var now && (now.Chassis, now.Northbound, now.Tls) != followed, ct);
            }
            finally
            {
                await following.CancelAsync();
                await running;
            }
        }
    }

    async Task FollowAsync(OvnSettings settings, CancellationToken ct)
    {
        var endpoints = Endpoints(settings);
        var database = string.Join(',', endpoints);
        var log = new DatabaseLog("OVN's northbound database", database, logger);
        var options = new OvsdbReplicaOptions
        {
            Database = Northbound.Database,
            Endpoints = endpoints,
            Tls = overrides.Tls ?? settings.Tls,
            Tables = Northbound.Monitors(settings.Chassis!),
            // Less than a call waits: the networks of -d ovs wait for the same round.
            TransactionTimeout = TimeSpan.FromSeconds(3),
            MaxBackoff = TimeSpan.FromSeconds(1),
        };
        var replica = new OvsdbReplica(options)
        {
            Changed = change =>
            {
                log.Note(change);
                Changed?.Invoke(change);
            },
        };
        _following.SetResult(new Connection(database, settings.Chassis!, options, replica));
        try
        {
            await replica.RunAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            _following = new TaskCompletionSource<Connection>(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    ImmutableArray<OvsdbEndpoint> Endpoints(OvnSettings settings) =>
        overrides.Northbound.IsEmpty ? OvsdbEndpoint.ParseList(settings.Northbound!) : overrides.Northbound;

    string? MissingSetting(OvnSettings settings)
    {
        if (settings.Chassis is null)
            return "this host is not set up for OVN: external_ids:system-id of table Open_vSwitch is not set; "
                + "Open vSwitch's start script sets it";
        if (!overrides.Northbound.IsEmpty) return MissingKeys(overrides.Northbound, settings);
        if (settings.Northbound is null)
            return $"this host is not set up for OVN: external_ids:ovn-nb of table Open_vSwitch is not set; {HowTo}";
        try
        {
            return MissingKeys(OvsdbEndpoint.ParseList(settings.Northbound), settings);
        }
        catch (FormatException e)
        {
            return $"this host is not set up for OVN: external_ids:ovn-nb of table Open_vSwitch is not understood: {e.Message}; {HowTo}";
        }
    }

    string? MissingKeys(ImmutableArray<OvsdbEndpoint> endpoints, OvnSettings settings) =>
        overrides.Tls is null && settings.Tls is null && endpoints.FirstOrDefault(e => e.Transport == OvsdbTransport.Ssl) is { } endpoint
            ? $"this host is not set up for OVN: {endpoint} needs keys, and table SSL of Open vSwitch's database has none; "
                + "`ovs-vsctl set-ssl` sets them, or --private-key, --certificate and --ca-cert of `hawser serve`"
            : null;
}
