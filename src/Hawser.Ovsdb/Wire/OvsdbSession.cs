using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;

namespace Hawser.Ovsdb;

/// <summary>
/// One connection to one server, from its start to its end; it never heals. Messages are handled in the order in
/// which the server sent them, so what a transaction changed has been notified when its answer arrives.
/// </summary>
public sealed class OvsdbSession : IAsyncDisposable
{
    readonly Stream _stream;
    readonly OvsdbSessionOptions _options;
    readonly ConcurrentDictionary<long, PendingCall> _calls = new();
    readonly Channel<Outgoing> _outbox = Channel.CreateUnbounded<Outgoing>(new() { SingleReader = true });
    readonly CancellationTokenSource _closing = new();
    Exception? _abortReason;
    long _lastId;
    long _lastReceived;

    OvsdbSession(OvsdbEndpoint endpoint, Stream stream, OvsdbSessionOptions options)
    {
        (Endpoint, _stream, _options) = (endpoint, stream, options);
        Heard();
        Completion = Task.WhenAll(Task.Run(ReadAsync), Task.Run(WriteAsync), Task.Run(ProbeAsync));
    }

    /// <summary>The server.</summary>
    public OvsdbEndpoint Endpoint { get; }

    /// <summary>Ends when the session has, for whatever reason; it never fails.</summary>
    public Task Completion { get; }

    /// <summary>Why the session ended, or is ending; null while it lives. The first reason stays.</summary>
    public Exception? AbortReason => Volatile.Read(ref _abortReason);

    /// <summary>Connects, with default options.</summary>
    /// <exception cref="OvsdbConnectionException">The server cannot be reached.</exception>
    [OverloadResolutionPriority(1)] // null means: no TLS
    public static Task<OvsdbSession> ConnectAsync(OvsdbEndpoint endpoint, OvsdbTls? tls, CancellationToken ct) =>
        ConnectAsync(endpoint, new OvsdbSessionOptions { Tls = tls }, ct);

    /// <summary>Connects.</summary>
    /// <exception cref="OvsdbConnectionException">The server cannot be reached.</exception>
    public static async Task<OvsdbSession> ConnectAsync(
        OvsdbEndpoint endpoint, OvsdbSessionOptions options, CancellationToken ct) =>
        new(endpoint, await Connector.OpenAsync(endpoint, options, ct).ConfigureAwait(false), options);

    /// <summary>Sends a request and awaits its result. Cancelling a transaction asks the server to forget it.</summary>
    /// <exception cref="OvsdbConnectionException">The session ended before the answer.</exception>
    /// <exception cref="OvsdbRequestException">The server answered with an error.</exception>
    public Task<JsonElement> CallAsync(string method, Action<Utf8JsonWriter> writeParams, CancellationToken ct) =>
        CallAsync(method, writeParams, static result => result, ct);

    /// <summary>As above; <paramref name="read"/> runs on the read loop, before any later message is handled.</summary>
    internal async Task<T> CallAsync<T>(
        string method, Action<Utf8JsonWriter> writeParams, Func<JsonElement, T> read, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var id = Interlocked.Increment(ref _lastId);
        var call = new PendingCall(method, result => read(result));
        var message = MessageWriter.Request(id, method, writeParams);
        _calls[id] = call;
        _outbox.Writer.TryWrite(new(message, call));
        // Abort sets the reason before it fails the calls that it finds: either Abort or this method sees the call.
        if (AbortReason is { } reason && _calls.TryRemove(id, out _))
            call.Fail(Endpoint.ToString(), reason);
        using var registration = ct.UnsafeRegister(_ => Cancel(id, ct), null);
        return (T)(await call.Task.ConfigureAwait(false))!;
    }

    /// <summary>Ends the session. Only the first reason counts; calls without an answer fail with it.</summary>
    public void Abort(Exception reason)
    {
        if (Interlocked.CompareExchange(ref _abortReason, reason, null) is not null)
            return;
        _outbox.Writer.TryComplete();
        _closing.Cancel();
        foreach (var id in _calls.Keys)
        {
            if (_calls.TryRemove(id, out var call))
                call.Fail(Endpoint.ToString(), reason);
        }
    }

    /// <summary>Ends the session and waits until its loops have.</summary>
    public async ValueTask DisposeAsync()
    {
        Abort(new OvsdbConnectionException(Endpoint.ToString(), "the session was closed"));
        await Completion.ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    void Cancel(long id, CancellationToken ct)
    {
        if (!_calls.TryRemove(id, out var call))
            return;
        if (call.Cancel(ct) && call.Method == "transact")
            Send(MessageWriter.Notification("cancel", writer =>
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(id);
                writer.WriteEndArray();
            }));
    }

    async Task ReadAsync()
    {
        // One read of this size holds a small update whole, and the first contents of a table in few segments.
        var reader = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 32 * 1024, leaveOpen: true));
        var framing = new JsonFraming(reader) { Received = Heard };
        try
        {
            while (await framing.ReadAsync(_closing.Token).ConfigureAwait(false) is { } message)
            {
                Heard();
                Dispatch(message);
            }
            Abort(new OvsdbConnectionException(Endpoint.ToString(), "the server closed the connection"));
        }
        catch (Exception e)
        {
            Abort(e);
        }
        await reader.CompleteAsync().ConfigureAwait(false);
    }

    async Task WriteAsync()
    {
        var writer = PipeWriter.Create(_stream, new StreamPipeWriterOptions(leaveOpen: true));
        try
        {
            while (await _outbox.Reader.WaitToReadAsync(_closing.Token).ConfigureAwait(false))
            {
                // Everything that is waiting goes in one write.
                while (_outbox.Reader.TryRead(out var message))
                {
                    if (message.Call?.TrySend() ?? true)
                        writer.Write(message.Bytes.Span);
                }
                await writer.FlushAsync(_closing.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            Abort(e);
        }
        await writer.CompleteAsync().ConfigureAwait(false);
    }

    async Task ProbeAsync()
    {
        if (Endpoint.Transport == OvsdbTransport.Unix || _options.ProbeInterval <= TimeSpan.Zero)
            return;
        try
        {
            while (true)
            {
                await SilenceAsync().ConfigureAwait(false);
                var heard = Volatile.Read(ref _lastReceived);
                Send(MessageWriter.Probe);
                await Task.Delay(_options.ProbeInterval, _options.TimeProvider, _closing.Token).ConfigureAwait(false);
                if (Volatile.Read(ref _lastReceived) == heard)
                    throw new OvsdbConnectionException(
                        Endpoint.ToString(), $"no answer to a probe within {_options.ProbeInterval.TotalSeconds:0.#} s");
            }
        }
        catch (Exception e)
        {
            Abort(e);
        }
    }

    /// <summary>Returns when nothing has been received for one interval.</summary>
    async Task SilenceAsync()
    {
        while (_options.ProbeInterval - _options.TimeProvider.GetElapsedTime(Volatile.Read(ref _lastReceived)) is var left
            && left > TimeSpan.Zero)
            await Task.Delay(left, _options.TimeProvider, _closing.Token).ConfigureAwait(false);
    }

    void Heard() => Volatile.Write(ref _lastReceived, _options.TimeProvider.GetTimestamp());

    void Send(ReadOnlyMemory<byte> message) => _outbox.Writer.TryWrite(new(message, null));

    void Dispatch(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("id", out var id))
            throw new OvsdbProtocolException("The server sent a message without an id.");
        if (message.TryGetProperty("method", out var method))
            Handle(method.GetString()!, id, message);
        else if (id.ValueKind == JsonValueKind.Number && _calls.TryRemove(id.GetInt64(), out var call))
            call.Answer(message);
        // Else it answers one of our probes, or a call that was cancelled meanwhile.
    }

    void Handle(string method, JsonElement id, JsonElement message)
    {
        if (id.ValueKind == JsonValueKind.Null)
            _options.Notified?.Invoke(method, message.GetProperty("params"));
        else
            Send(method == "echo" ? MessageWriter.EchoReply(message) : MessageWriter.UnknownMethod(message));
    }

    readonly record struct Outgoing(ReadOnlyMemory<byte> Bytes, PendingCall? Call);
}
