using System.Net;
using System.Net.Sockets;
using System.Text;
using Hawser.Ovsdb;

namespace Hawser.Tests.Ovsdb;

/// <summary>Accepts connections, as its kernel does for it, and never says a word: no healthy server would.</summary>
sealed class MuteServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    Socket? _client;

    public MuteServer() => _listener.Start();

    public OvsdbEndpoint Endpoint => OvsdbEndpoint.Parse($"tcp:127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Waits until a client has sent this text.</summary>
    public async Task HearsAsync(string text, CancellationToken ct)
    {
        _client = await _listener.AcceptSocketAsync(ct);
        var buffer = new byte[1024];
        for (var heard = ""; !heard.Contains(text, StringComparison.Ordinal);)
            heard += Encoding.UTF8.GetString(buffer, 0, await _client.ReceiveAsync(buffer, ct));
    }

    public void Dispose()
    {
        _client?.Dispose();
        _listener.Dispose();
    }
}
