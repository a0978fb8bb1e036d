using System.Collections.Immutable;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hawser.Docker;

/// <summary>
/// HTTP on unix sockets. Kestrel is built by hand, without host, services or middleware:
/// a plugin must answer within seconds of boot and live in little memory.
/// </summary>
public sealed class PluginServer : IAsyncDisposable
{
    readonly ImmutableArray<PluginListener> _listeners;
    readonly ILogger _logger;
    readonly KestrelServer _kestrel;

    public PluginServer(ImmutableArray<PluginListener> listeners, ILoggerFactory loggers)
    {
        _listeners = listeners;
        _logger = loggers.CreateLogger<PluginServer>();
        // A call is short and its connections are few: it runs where its bytes were read, without two changes of threads.
        var transport = new SocketTransportOptions
        {
            CreateBoundListenSocket = PluginSocket.Bind,
            UnsafePreferInlineScheduling = true,
            WaitForDataBeforeAllocatingBuffer = false,
        };
        _kestrel = new(
            Options.Create(Configure(listeners)),
            new SocketTransportFactory(Options.Create(transport), loggers),
            loggers);
    }

    /// <summary>Returns when every socket accepts calls.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        foreach (var listener in _listeners)
            PluginSocket.Prepare(listener.SocketPath, _logger);
        await _kestrel.StartAsync(new PluginApplication(new PluginRpc(_logger)), ct);
        foreach (var listener in _listeners)
            Log.Serving(_logger, listener.SocketPath);
    }

    /// <summary>Removes the sockets and lets the calls under way finish, until <paramref name="ct"/> cuts them off.</summary>
    public Task StopAsync(CancellationToken ct) => _kestrel.StopAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _kestrel.StopAsync(new CancellationToken(canceled: true));
        _kestrel.Dispose();
    }

    static KestrelServerOptions Configure(ImmutableArray<PluginListener> listeners)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        // dockerd keeps connections open and does not repeat the body when one closes just as it writes, so this side
        // never closes an idle one. Not infinite: Kestrel 10 adds that to its clock, overflows and closes within a second.
        options.Limits.KeepAliveTimeout = TimeSpan.FromDays(365);
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxRequestBodySize = RequestBody.MaxDrainedBytes;
        foreach (var listener in listeners)
            options.ListenUnixSocket(listener.SocketPath, listen => Serve(listen, new RouteTable(listener.Routes)));
        return options;
    }

    static void Serve(ListenOptions listen, RouteTable routes)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Features.Set(routes);
            return next(connection);
        });
    }
}
