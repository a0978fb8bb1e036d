using System.Net.Sockets;

namespace Hawser.Ovsdb;

/// <summary>Opens the byte stream of a session.</summary>
static class Connector
{
    public static async Task<Stream> OpenAsync(OvsdbEndpoint endpoint, OvsdbSessionOptions options, CancellationToken ct)
    {
        if (endpoint.Transport == OvsdbTransport.Ssl && options.Tls is null)
            throw new ArgumentException($"{endpoint} needs a CA file, a certificate file and a private key file.", nameof(options));
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            var stream = await ConnectAsync(endpoint, linked.Token).ConfigureAwait(false);
            return endpoint.Transport == OvsdbTransport.Ssl
                ? await SecureAsync(stream, options.Tls!, endpoint.Address, linked.Token).ConfigureAwait(false)
                : stream;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new OvsdbConnectionException(
                endpoint.ToString(), $"no connection within {options.ConnectTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is SocketException or IOException || OvsdbTls.IsFailure(e))
        {
            throw new OvsdbConnectionException(endpoint.ToString(), Explain(endpoint, e), e);
        }
    }

    static async Task<Stream> ConnectAsync(OvsdbEndpoint endpoint, CancellationToken ct)
    {
        var socket = endpoint.Transport == OvsdbTransport.Unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var connecting = endpoint.Transport == OvsdbTransport.Unix
                ? socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint.Address), ct)
                : socket.ConnectAsync(endpoint.Address, endpoint.Port, ct);
            await connecting.ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static async Task<Stream> SecureAsync(Stream stream, OvsdbTls tls, string host, CancellationToken ct)
    {
        try
        {
            return await tls.AuthenticateAsync(stream, host, ct).ConfigureAwait(false);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // .NET translates ENOENT on a unix socket to "Cannot assign requested address".
    static string Explain(OvsdbEndpoint endpoint, Exception e) =>
        endpoint.Transport == OvsdbTransport.Unix && !File.Exists(endpoint.Address)
            ? "there is no such socket"
            : e.InnerException is { } inner ? $"{e.Message} ({inner.Message})" : e.Message;
}
