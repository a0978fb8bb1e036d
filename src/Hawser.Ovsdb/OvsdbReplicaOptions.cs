using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>What a replica follows, and how it connects.</summary>
public sealed record OvsdbReplicaOptions
{
    /// <summary>The database, such as <c>Open_vSwitch</c>.</summary>
    public required string Database { get; init; }

    /// <summary>The servers: one, or the members of a cluster, tried in turn.</summary>
    public required ImmutableArray<OvsdbEndpoint> Endpoints { get; init; }

    /// <summary>The tables.</summary>
    public required ImmutableArray<TableMonitor> Tables { get; init; }

    /// <summary>The files of <c>ssl:</c> endpoints.</summary>
    public OvsdbTls? Tls { get; init; }

    /// <summary>Whether only the leader of a cluster will do. Followers may be behind when read; writes are safe on both.</summary>
    public bool LeaderOnly { get; init; } = true;

    /// <summary>See <see cref="OvsdbSessionOptions.ProbeInterval"/>.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long connecting may take, and then each step before the contents are asked for.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the answer to a transaction may take. Then the connection is given up, for nobody can tell whether the
    /// transaction will be executed; the next one shows whether it was.
    /// </summary>
    public TimeSpan TransactionTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// The longest wait between two attempts. The first is 1 s, as with OVS, or 100 ms where all servers are reached
    /// by a unix socket: trying those costs nobody anything.
    /// </summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>The clock of timeouts, probes and waits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The newest form of monitor to ask for; older servers are recognised, so only tests need this.</summary>
    internal MonitorMethod NewestMonitor { get; init; } = MonitorMethod.CondSince;

    internal Backoff NewBackoff()
    {
        var isLocal = Endpoints.All(static endpoint => endpoint.Transport == OvsdbTransport.Unix);
        var first = isLocal ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(1);
        return new(first, MaxBackoff, freeTries: Endpoints.Length - 1);
    }
}
