using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Hawser.Tests.Protocol;

/// <summary>A Docker API that answers with exact bytes, for what a healthy engine does not do. One request a connection.</summary>
sealed class ScriptedEngine : IAsyncDisposable
{
    readonly SocketFolder _folder = new();
    readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly CancellationTokenSource _end = new();
    readonly Func<string, NetworkStream, CancellationToken, Task> _answer;
    readonly Task _accepting;

    ScriptedEngine(Func<string, NetworkStream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string SocketPath => _folder["docker.sock"];

    /// <summary>The request lines and bodies that came, such as "GET /_ping HTTP/1.1".</summary>
    public ConcurrentQueue<(string Line, string Body)> Requests { get; } = [];

    /// <summary>Each answer is the text after the status line's "HTTP/1.1 "; the target is as in "GET /_ping".</summary>
    public static ScriptedEngine Answering(Func<string, string> answer) =>
        new(async (target, stream, ct) => await stream.WriteAsync(Encoding.UTF8.GetBytes("HTTP/1.1 " + answer(target)), ct));

    public static ScriptedEngine Writing(Func<string, NetworkStream, CancellationToken, Task> answer) => new(answer);

    public static string Ok(string json) => Reply("200 OK", json);

    public static string Reply(string status, string body) =>
        $"{status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
        _folder.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                using (var stream = new NetworkStream(await _listener.AcceptAsync(_end.Token), ownsSocket: true))
                {
                    var (line, body) = await ReadAsync(stream);
                    Requests.Enqueue((line, body));
                    await _answer(line[..line.LastIndexOf(' ')], stream, _end.Token);
                }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return; // disposed
        }
    }

    static async Task<(string Line, string Body)> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var line = (await reader.ReadLineAsync())!;
        var length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } header)
            if (header.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(header["Content-Length: ".Length..], null);
        var body = new char[length];
        if (length > 0)
            await reader.ReadBlockAsync(body);
        return (line, new(body));
    }
}
