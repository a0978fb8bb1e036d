using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>A request that was made and has no answer yet. It is completed once, by whoever comes first.</summary>
sealed class PendingCall(string method, Func<JsonElement, object?> read)
{
    const int Queued = 0;
    const int Sent = 1;
    const int Over = 2;

    readonly TaskCompletionSource<object?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _state = Queued;

    public string Method => method;

    public Task<object?> Task => _completion.Task;

    /// <summary>Whether the request may still be written: false once the call has failed or was cancelled.</summary>
    public bool TrySend() => Interlocked.CompareExchange(ref _state, Sent, Queued) == Queued;

    /// <summary>Runs on the read loop, so that what the answer changes is in place before the next message is read.</summary>
    public void Answer(JsonElement message)
    {
        _state = Over;
        try
        {
            if (message.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
                _completion.TrySetException(Refusal(error));
            else if (message.TryGetProperty("result", out var result))
                _completion.TrySetResult(read(result));
            else
                throw new OvsdbProtocolException($"The answer to {method} has neither result nor error.");
        }
        catch (Exception e)
        {
            _completion.TrySetException(
                e is OvsdbException ? e : new OvsdbProtocolException($"The answer to {method} cannot be read: {e.Message}", e));
            throw;
        }
    }

    public void Fail(string endpoint, Exception reason)
    {
        var wasSent = Interlocked.Exchange(ref _state, Over) == Sent;
        var text = reason is OvsdbConnectionException known ? known.Reason : reason.Message;
        _completion.TrySetException(
            new OvsdbConnectionException(endpoint, text, reason, outcomeUnknown: wasSent && method == "transact"));
    }

    /// <returns>Whether the server has seen the request.</returns>
    public bool Cancel(CancellationToken ct)
    {
        var wasSent = Interlocked.Exchange(ref _state, Over) == Sent;
        _completion.TrySetCanceled(ct);
        return wasSent;
    }

    // Both forms occur: "unknown method" is a bare string, "unknown database" an object (RFC 7047 §3.1).
    OvsdbRequestException Refusal(JsonElement error)
    {
        var tag = error.ValueKind == JsonValueKind.String ? error.GetString()! : ErrorJson.Tag(error) ?? error.GetRawText();
        return new OvsdbRequestException(method, tag, ErrorJson.Details(error));
    }
}
