using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Protocol;

sealed record HttpReply(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Err => Json.TryGetProperty(nameof(Err), out var err) ? err.GetString() : null;
}

/// <summary>HTTP/1.1 byte for byte: no client library sends what dockerd does, nor what a broken peer may.</summary>
sealed class HttpConnection : IDisposable
{
    // SIOCOUTQ of linux/sockios.h: what the peer has not read.
    const nuint UnreadBytes = 0x5411;

    readonly NetworkStream _stream;

    HttpConnection(Socket socket) => _stream = new(socket, ownsSocket: true);

    public static async Task<HttpConnection> OpenAsync(string socketPath)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath));
        return new(socket);
    }

    /// <summary>The headers of dockerd 20.10.26 and later (moby pkg/plugins/transport/http.go).</summary>
    public Task<HttpReply> CallAsync(string path, string body) =>
        SendAsync($"POST {path} HTTP/1.1\r\nHost: plugin.moby.localhost\r\nUser-Agent: Go-http-client/1.1\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            + "Accept: application/vnd.docker.plugins.v1.2+json\r\n\r\n" + body);

    public Task<HttpReply> SendAsync(string request) => SendAsync(Encoding.UTF8.GetBytes(request));

    public async Task<HttpReply> SendAsync(params byte[][] pieces)
    {
        foreach (var piece in pieces)
        {
            await WriteAsync(piece);
            if (pieces.Length > 1) await IsReadAsync();
        }
        return await ReadAsync();
    }

    // The server is to have one piece before the next is there.
    async Task IsReadAsync()
    {
        var deadline = Within.Seconds(10);
        while (Unread() > 0) await Task.Delay(1, deadline);
    }

    int Unread()
    {
        Control(_stream.Socket.SafeHandle, UnreadBytes, out var bytes).ShouldBe(0);
        return bytes;
    }

    public async Task WriteAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    public async Task<HttpReply> ReadAsync()
    {
        var lines = (await ReadHeadAsync()).Split("\r\n");
        var headers = lines[1..].Where(line => line.Length > 0).Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[int.Parse(headers["Content-Length"], null)];
        await _stream.ReadExactlyAsync(body);
        return new(int.Parse(lines[0].Split(' ')[1], null), headers, body);
    }

    public void Dispose() => _stream.Dispose();

    async Task<string> ReadHeadAsync()
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!head[Math.Max(0, head.Count - 4)..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            await _stream.ReadExactlyAsync(one);
            head.Add(one[0]);
        }
        return Encoding.ASCII.GetString([.. head]);
    }

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    static extern int Control(SafeSocketHandle socket, nuint request, out int value);
}
