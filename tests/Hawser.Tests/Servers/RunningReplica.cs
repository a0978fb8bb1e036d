using Hawser.Ovsdb;

namespace Hawser.Tests.Servers;

/// <summary>A replica that runs as long as its test.</summary>
sealed class RunningReplica : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly Task _run;

    public RunningReplica(OvsdbReplicaOptions options)
    {
        Replica = new(options) { Changed = Changes.Add };
        _run = Replica.RunAsync(_stop.Token);
    }

    public OvsdbReplica Replica { get; }

    /// <summary>All that the replica has reported.</summary>
    public ChangeLog Changes { get; } = new();

    /// <summary>Returns when the replica is live; <see cref="Changes"/> then has only what comes after.</summary>
    public static async Task<RunningReplica> StartAsync(OvsdbReplicaOptions options)
    {
        var running = new RunningReplica(options);
        await running.Changes.NextAsync(change => change.IsLive, Within.Seconds(20));
        return running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _run);
        _stop.Dispose();
    }
}
