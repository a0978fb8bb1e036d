using System.Collections.Immutable;
using System.Net.Sockets;
using Hawser.Docker.Plugin;

namespace Hawser.Tests.Protocol;

/// <summary>A real PluginServer with scripted routes, on a socket of its own.</summary>
sealed class ServedPlugin : IAsyncDisposable
{
    readonly SocketFolder _folder = new();
    readonly PluginServer _server;

    ServedPlugin(ImmutableArray<PluginRoute> routes)
    {
        SocketPath = _folder["plugin.sock"];
        _server = new([new(SocketPath, routes)], ImmutableDictionary<string, Socket>.Empty, Log);
    }

    public string SocketPath { get; }

    public LogLines Log { get; } = new();

    public static async Task<ServedPlugin> StartAsync(params ImmutableArray<PluginRoute> routes)
    {
        var served = new ServedPlugin(routes);
        await served._server.StartAsync(CancellationToken.None);
        return served;
    }

    public Task<HttpConnection> ConnectAsync() => HttpConnection.OpenAsync(SocketPath);

    /// <summary>One call the way dockerd makes it, on a connection of its own.</summary>
    public async Task<HttpReply> CallAsync(string path, string body)
    {
        using var connection = await ConnectAsync();
        return await connection.CallAsync(path, body);
    }

    public Task StopAsync(CancellationToken ct) => _server.StopAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
