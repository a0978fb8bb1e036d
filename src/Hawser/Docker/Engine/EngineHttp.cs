using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hawser.Docker.Engine;

/// <summary>JSON over HTTP on Docker's unix socket: every answer has a deadline and every failure is an EngineException.</summary>
sealed class EngineHttp : IDisposable
{
    readonly string _socketPath;
    readonly TimeSpan _deadline;
    readonly HttpClient _client;

    public EngineHttp(string socketPath, TimeSpan deadline)
    {
        _socketPath = socketPath;
        _deadline = deadline;
        var handler = new SocketsHttpHandler { ConnectCallback = (_, ct) => ConnectAsync(ct), UseProxy = false };
        _client = new(handler) { BaseAddress = new("http://docker"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public Task GetAsync(string path, CancellationToken ct) =>
        WithinDeadlineAsync($"GET {path}", async end =>
        {
            using var response = await SendAsync(new(HttpMethod.Get, path), end);
            return true;
        }, ct);

    public Task<T?> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) =>
        AskAsync(new(HttpMethod.Get, path), type, ct);

    public Task<T?> PostAsync<T>(string path, byte[] body, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json"); // Docker refuses a POST without it
        return AskAsync(new(HttpMethod.Post, path) { Content = content }, type, ct);
    }

    /// <summary>The values of an endless answer, as they come. The deadline applies only to its beginning.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken ct)
    {
        var what = $"GET {path}";
        using var response = await WithinDeadlineAsync(what, end => SendAsync(new(HttpMethod.Get, path), end), ct);
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        await using var values = JsonSerializer
            .DeserializeAsyncEnumerable(stream, type, topLevelValues: true, ct).GetAsyncEnumerator(ct);
        while (await TranslateAsync(what, values.MoveNextAsync().AsTask()))
            if (values.Current is { } value)
                yield return value;
        throw Broken(what, "it ended");
    }

    public void Dispose() => _client.Dispose();

    Task<T?> AskAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken ct) =>
        WithinDeadlineAsync($"{request.Method} {request.RequestUri}", async end =>
        {
            using var response = await SendAsync(request, end);
            await using var stream = await response.Content.ReadAsStreamAsync(end);
            return await JsonSerializer.DeserializeAsync(stream, type, end);
        }, ct);

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using (request)
        {
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
                throw new EngineException(await MessageAsync(response, ct), response.StatusCode);
        }
    }

    async Task<T> WithinDeadlineAsync<T>(string what, Func<CancellationToken, Task<T>> ask, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_deadline);
        try
        {
            return await TranslateAsync(what, ask(deadline.Token));
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw Broken(what, $"no answer within {_deadline.TotalSeconds:0.###} s", exception);
        }
    }

    async Task<T> TranslateAsync<T>(string what, Task<T> question)
    {
        try
        {
            return await question;
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
        {
            var reason = File.Exists(_socketPath)
                ? exception.InnerException?.Message ?? exception.Message
                : "there is no such socket";
            throw new EngineException($"Docker's API at unix:{_socketPath} is not reachable: {reason}", status: null, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Broken(what, "the connection broke", exception);
        }
        catch (JsonException exception)
        {
            throw Broken(what, $"the answer is not what was asked for, at {exception.Path ?? "$"}", exception);
        }
    }

    static async Task<string> MessageAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        try
        {
            if (JsonSerializer.Deserialize(body, EngineJson.Default.EngineFailure) is { Message.Length: > 0 } failure)
                return failure.Message;
        }
        catch (JsonException)
        {
            // A proxy in front of the socket, or an engine about to end, answers in plain text: the status has to do.
        }
        return $"Docker's API answered {(int)response.StatusCode} {response.ReasonPhrase}";
    }

    async ValueTask<Stream> ConnectAsync(CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }
    }

    EngineException Broken(string what, string reason, Exception? inner = null) =>
        new($"Docker's API at unix:{_socketPath} failed at {what}: {reason}", status: null, inner);
}
