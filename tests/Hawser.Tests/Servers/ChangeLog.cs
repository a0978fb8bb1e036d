using System.Threading.Channels;
using Hawser.Ovsdb;

namespace Hawser.Tests.Servers;

/// <summary>All that a replica has reported.</summary>
sealed class ChangeLog
{
    readonly Channel<ReplicaChange> _arriving = Channel.CreateUnbounded<ReplicaChange>();

    public void Add(ReplicaChange change) => _arriving.Writer.TryWrite(change);

    /// <summary>The next report that nobody has asked for.</summary>
    public ValueTask<ReplicaChange> NextAsync(CancellationToken ct) => _arriving.Reader.ReadAsync(ct);

    /// <summary>The next report of a kind.</summary>
    public async Task<ReplicaChange> NextAsync(Func<ReplicaChange, bool> isWanted, CancellationToken ct)
    {
        while (true)
        {
            if (await NextAsync(ct) is var change && isWanted(change))
                return change;
        }
    }
}
