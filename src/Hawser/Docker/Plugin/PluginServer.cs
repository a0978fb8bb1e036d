using System.Collections.Immutable;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hawser.Docker.Plugin;

/// <summary>
/// HTTP on unix sockets. Kestrel is built by hand, without host, services or middleware:
/// a plugin must answer within seconds of boot and live in little memory.
/// </summary>
public sealed class PluginServer : IAsyncDisposable
{
    readonly ImmutableArray<PluginListener> _listeners;
    readonly IReadOnlyDictionary<string, Socket> _inherited;
    readonly ILogger _logger;
    // Longer than the pauses between a container's calls: nobody behind a connection that stays idle is in a hurry.
    static readonly TimeSpan DrainPatience = TimeSpan.FromMilliseconds(500);

    readonly Draining _sockets;
    readonly KestrelServer _kestrel;

    /// <param name="listeners">What is served where.</param>
    /// <param name="inherited">
    /// Sockets that are bound already, by their files. Those that nothing is served on are closed, so that nobody waits there
    /// for ever.
    /// </param>
    /// <param name="loggers">Where the log goes.</param>
    public PluginServer(ImmutableArray<PluginListener> listeners, IReadOnlyDictionary<string, Socket> inherited, ILoggerFactory loggers)
    {
        _listeners = listeners;
        _inherited = inherited;
        _logger = loggers.CreateLogger<PluginServer>();
        // Calls are short and connections few: a call runs on the thread that read its bytes, which saves two changes of threads.
        var transport = new SocketTransportOptions
        {
            CreateBoundListenSocket = endpoint => inherited.GetValueOrDefault(endpoint.ToString()!) ?? PluginSocket.Bind(endpoint),
            UnsafePreferInlineScheduling = true,
            WaitForDataBeforeAllocatingBuffer = false,
        };
        _sockets = new Draining(new SocketTransportFactory(Options.Create(transport), loggers));
        _kestrel = new(Options.Create(Configure(listeners)), _sockets, loggers);
    }

    /// <summary>Returns when every socket accepts calls.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        foreach (var (path, socket) in _inherited.Where(i => _listeners.All(l => l.SocketPath != i.Key)))
        {
            Log.SocketNotServed(_logger, path);
            socket.Dispose();
        }
        foreach (var listener in _listeners.Where(l => !_inherited.ContainsKey(l.SocketPath)))
            PluginSocket.Prepare(listener.SocketPath, _logger);
        await _kestrel.StartAsync(new PluginApplication(new PluginRpc(_logger), _sockets), ct);
        foreach (var listener in _listeners)
            Log.Serving(_logger, listener.SocketPath);
    }

    /// <summary>
    /// Removes the sockets, except inherited ones, and lets the calls under way finish until <paramref name="ct"/> cuts them off.
    /// </summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await _sockets.DrainAsync(DrainPatience, ct);
        await _kestrel.StopAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _kestrel.StopAsync(new CancellationToken(canceled: true));
        _kestrel.Dispose();
    }

    KestrelServerOptions Configure(ImmutableArray<PluginListener> listeners)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        // dockerd keeps connections open and does not repeat the body when one closes just as it writes, so this side
        // never closes an idle one. The timeout is not infinite, for Kestrel 10 adds it to its clock, overflows and closes
        // within a second.
        options.Limits.KeepAliveTimeout = TimeSpan.FromDays(365);
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxRequestBodySize = RequestBody.MaxDrainedBytes;
        foreach (var listener in listeners)
            options.ListenUnixSocket(listener.SocketPath, listen => Serve(listen, new RouteTable(listener)));
        return options;
    }

    void Serve(ListenOptions listen, RouteTable routes)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Features.Set(routes);
            return _sockets.ServeAsync(next, connection);
        });
    }
}
