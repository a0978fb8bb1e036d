using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hawser.Cli;

/// <summary>A question to the daemon could not be asked or was refused; the message says why.</summary>
sealed class AdminException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Asks the daemon over its admin socket.</summary>
sealed class AdminClient(string socketPath) : IDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    readonly HttpClient _http = new(new SocketsHttpHandler { ConnectCallback = async (_, ct) => await ConnectAsync(socketPath, ct) })
    {
        BaseAddress = new Uri("http://hawser"),
        Timeout = Deadline,
    };

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) => SendAsync(HttpMethod.Get, path, null, type, ct);

    public Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, path, null, type, ct);

    public Task<T> PostAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, path, new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, bodyType)), type, ct);

    public void Dispose() => _http.Dispose();

    async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body };
            using var response = await _http.SendAsync(request, ct);
            var answer = await response.Content.ReadAsByteArrayAsync(ct);
            if (!response.IsSuccessStatusCode) throw new AdminException(Reason(answer));
            return JsonSerializer.Deserialize(answer, type) ?? throw new AdminException("the daemon answered null");
        }
        catch (HttpRequestException e)
        {
            throw new AdminException(Explain(e), e);
        }
        catch (TaskCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new AdminException($"the daemon at {socketPath} did not answer within {Deadline.TotalSeconds:0} s", e);
        }
    }

    // .NET translates ENOENT on a unix socket to "Cannot assign requested address".
    string Explain(HttpRequestException e)
    {
        if (!File.Exists(socketPath))
            return $"hawser does not run: there is no socket {socketPath}; `systemctl start hawser`, or name its folder with --run-dir";
        return $"hawser does not answer at {socketPath}: {e.InnerException?.Message ?? e.Message}; is `hawser serve` running?";
    }

    static string Reason(byte[] body)
    {
        using var error = JsonDocument.Parse(body);
        return error.RootElement.GetProperty("Err").GetString() ?? "the daemon gave no reason";
    }

    static async Task<Stream> ConnectAsync(string socketPath, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
