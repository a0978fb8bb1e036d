using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Hawser.Docker.Plugin;

/// <summary>
/// The sockets of a server that stops without losing a call. dockerd keeps connections, and sends an empty body again when
/// one closes just as it writes to it (moby pkg/plugins callWithRetry). So first nobody new is let in, who waits in the
/// socket for the next daemon if systemd holds it; then each connection ends with the answer to its next call.
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

    /// <summary>Lets nobody new in, and waits until all connections have ended or are idle for too long.</summary>
    public async Task DrainAsync(TimeSpan patience, CancellationToken ct)
    {
        foreach (var listener in _listeners) await listener.UnbindAsync(CancellationToken.None);
        _hasBegun = true;
        if (Volatile.Read(ref _open) == 0) return;
        await Task.WhenAny(_drained.Task, Task.Delay(patience, ct));
    }
}
