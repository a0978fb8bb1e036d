using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hawser.Bench;

/// <summary>
/// One HTTP connection to a plugin's socket, as bare as can be, so that what is measured is the plugin:
/// the request is bytes made beforehand, the thread blocks in the kernel, and of the answer the status and length are read.
/// </summary>
sealed class PluginConnection : IDisposable
{
    readonly EndPoint _endpoint;
    readonly bool _isKept;
    readonly byte[] _buffer = new byte[64 * 1024];
    Socket _socket;

    /// <param name="endpoint">The plugin's socket.</param>
    /// <param name="isKept">Whether one connection serves all calls; if not, each has one of its own.</param>
    public PluginConnection(EndPoint endpoint, bool isKept = true)
    {
        (_endpoint, _isKept) = (endpoint, isKept);
        _socket = Connect();
    }

    Socket Connect()
    {
        var socket = new Socket(_endpoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(_endpoint);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The bytes of a call.</summary>
    public static byte[] Request(string method, string json) => Encoding.UTF8.GetBytes(
        $"POST /{method} HTTP/1.1\r\nHost: plugin\r\nAccept: application/vnd.docker.plugins.v1.2+json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    /// <summary>Sends a call and returns when its answer is here.</summary>
    /// <exception cref="BenchException">The answer is not 200.</exception>
    public void Call(byte[] request)
    {
        _socket.Send(request);
        Receive(request);
        if (_isKept) return;
        _socket.Dispose();
        _socket = Connect();
    }

    void Receive(byte[] request)
    {
        var filled = 0;
        int header;
        while ((header = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0) filled += Receive(filled);
        var length = header + 4 + ContentLength(_buffer.AsSpan(0, header + 2));
        while (filled < length) filled += Receive(filled);
        // The old driver's errors come with a 200.
        if (!_buffer.AsSpan(8, filled - 8).StartsWith(" 200"u8) || _buffer.AsSpan(header, filled - header).IndexOf("\"Err\""u8) >= 0)
            throw new BenchException($"the plugin answered {Encoding.UTF8.GetString(_buffer, 0, filled)} to {Encoding.UTF8.GetString(request)}");
    }

    public void Dispose() => _socket.Dispose();

    int Receive(int offset)
    {
        var count = _socket.Receive(_buffer.AsSpan(offset));
        return count > 0 ? count : throw new BenchException("the plugin closed the connection");
    }

    static int ContentLength(ReadOnlySpan<byte> headers)
    {
        var name = "\r\nContent-Length: "u8;
        var at = headers.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(headers[(at + name.Length)..], out int length, out _)
            ? length
            : throw new BenchException("the plugin's answer has no Content-Length");
    }
}
