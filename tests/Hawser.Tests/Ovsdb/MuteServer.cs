using System.Net;
using System.Net.Sockets;
using Hawser.Ovsdb;

namespace Hawser.Tests.Ovsdb;

/// <summary>Accepts connections, as its kernel does for it, and never says a word: no healthy server would.</summary>
sealed class MuteServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public MuteServer() => _listener.Start();

    public OvsdbEndpoint Endpoint => OvsdbEndpoint.Parse($"tcp:127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public void Dispose() => _listener.Dispose();
}
