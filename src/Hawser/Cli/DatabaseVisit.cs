using Hawser.Ovsdb;

namespace Hawser.Cli;

/// <summary>Connects to a database for one question or change, without a daemon.</summary>
static class DatabaseVisit
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <exception cref="AdminException">The database does not answer; the message says why.</exception>
    public static async Task<T> RunAsync<T>(
        string what, OvsdbReplicaOptions options, Func<OvsdbReplica, Snapshot, Task<T>> ask, CancellationToken ct)
    {
        var replica = new OvsdbReplica(options);
        using var visit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        visit.CancelAfter(Deadline);
        var running = replica.RunAsync(visit.Token);
        try
        {
            return await ask(replica, await replica.WhenLiveAsync(visit.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            var reason = replica.LastError ?? $"no answer within {Deadline.TotalSeconds:0} s";
            throw new AdminException($"{what} at {string.Join(',', options.Endpoints)} is not reachable: {reason}");
        }
        finally
        {
            await visit.CancelAsync();
            await Task.WhenAny(running);
        }
    }
}
