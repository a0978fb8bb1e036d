using System.Net.Sockets;
using System.Text;
using Hawser.Ovsdb;

namespace Hawser.Tests.Ovsdb;

/// <summary>Stands between a client and a server on unix sockets, and cuts a connection at a chosen moment.</summary>
sealed class CuttingProxy : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly string _target;
    readonly Task _accepting;
    Cut? _cut;
    int _requests;

    public CuttingProxy(OvsdbEndpoint target)
    {
        _target = target.Address;
        Endpoint = OvsdbEndpoint.Parse($"unix:{target.Address}.proxy");
        _listener.Bind(new UnixDomainSocketEndPoint(Endpoint.Address));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public OvsdbEndpoint Endpoint { get; }

    /// <summary>How many requests have come, of a client that waits for the answer to each.</summary>
    public int Requests => _requests;

    /// <summary>Cuts once, when a request with this text has come and before the server gets it.</summary>
    public void CutBeforeRequest(string text) => _cut = new(text, Forward: false);

    /// <summary>Cuts once, when a request with this text has been answered and before the client gets the answer.</summary>
    public void CutBeforeReply(string text) => _cut = new(text, Forward: true);

    /// <summary>Texts to replace in requests by others of the same length, to make a server look older than it is.</summary>
    public IReadOnlyList<(string Text, string By)> Rewrites { get; init; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(RelayAsync(await _listener.AcceptAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    async Task RelayAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using (client)
        {
            var connection = new Connection();
            try
            {
                await server.ConnectAsync(new UnixDomainSocketEndPoint(_target), over.Token);
                await Task.WhenAny(
                    PumpAsync(client, server, chunk => Requested(connection, chunk), over.Token),
                    PumpAsync(server, client, _ => connection.IsMute ? Verdict.Cut : Verdict.Pass, over.Token));
            }
            catch (SocketException)
            {
                return; // the server is down: to the client that is a lost connection
            }
            finally
            {
                await over.CancelAsync();
            }
        }
    }

    Verdict Requested(Connection connection, Memory<byte> chunk)
    {
        Interlocked.Increment(ref _requests);
        foreach (var (text, by) in Rewrites)
        {
            for (int at; (at = chunk.Span.IndexOf(Encoding.UTF8.GetBytes(text))) >= 0;)
                Encoding.UTF8.GetBytes(by).CopyTo(chunk.Span[at..]);
        }
        if (_cut is not { } cut || !Encoding.UTF8.GetString(chunk.Span).Contains(cut.Text, StringComparison.Ordinal))
            return Verdict.Pass;
        _cut = null;
        connection.IsMute = true;
        return cut.Forward ? Verdict.Pass : Verdict.Cut;
    }

    static async Task PumpAsync(Socket from, Socket to, Func<Memory<byte>, Verdict> judge, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, ct) is var count and > 0 && judge(buffer.AsMemory(0, count)) == Verdict.Pass)
                await to.SendAsync(buffer.AsMemory(0, count), ct);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            return; // either end is gone, and with it the connection
        }
    }

    enum Verdict
    {
        Pass,
        Cut,
    }

    sealed record Cut(string Text, bool Forward);

    sealed class Connection
    {
        public volatile bool IsMute;
    }
}
