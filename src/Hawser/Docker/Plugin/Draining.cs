using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Hawser.Docker.Plugin;

/// <summary>
/// The sockets of a server that stops without losing a call. dockerd keeps connections. If one closes just as dockerd
/// writes to it, dockerd tries again with an empty body (moby pkg/plugins callWithRetry). So the server first lets no new
/// caller in; if systemd holds the socket, new callers wait in it for the next daemon. Then each connection ends with the
/// answer to its next call.
/// </summary>
sealed class Draining(IConnectionListenerFactory sockets) : IConnectionListenerFactory
{
    readonly ConcurrentBag<IConnectionListener> _listeners = [];
    readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _open;
    volatile bool _hasBegun;

    /// <summary>Whether connections are to end with their next answer.</summary>
    public bool HasBegun => _hasBegun;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = await sockets.BindAsync(endpoint, cancellationToken);
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Serves a connection to its end.</summary>
    public async Task ServeAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        Interlocked.Increment(ref _open);
        try
        {
            await next(connection);
        }
        finally
        {
            if (Interlocked.Decrement(ref _open) == 0 && _hasBegun) _drained.TrySetResult();
        }
    }

    /// <summary>Lets no new caller in, and waits until all connections have ended, though not for ones that stay idle too long.</summary>
    public async Task DrainAsync(TimeSpan patience, CancellationToken ct)
    {
        foreach (var listener in _listeners) await listener.UnbindAsync(CancellationToken.None);
        _hasBegun = true;
        if (Volatile.Read(ref _open) == 0) return;
        await Task.WhenAny(_drained.Task, Task.Delay(patience, ct));
    }
}
