using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>
/// Takes JSON values off a byte stream that has nothing between them: no length, no newline (RFC 7047 §4). A
/// segment may hold several values, or any part of one; each byte is looked at once.
/// </summary>
sealed class JsonFraming(PipeReader reader)
{
    /// <summary>The server's own limit on nesting (OVS lib/json.c, JSON_MAX_HEIGHT).</summary>
    public const int MaxDepth = 1000;

    static readonly SearchValues<byte> Structure = SearchValues.Create("{}[]\""u8);
    static readonly SearchValues<byte> StringEnd = SearchValues.Create("\"\\"u8);
    static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    long _scanned;
    int _depth;
    bool _inString;
    bool _escaped;

    /// <summary>Called whenever bytes have arrived, complete value or not.</summary>
    public Action? Received { get; init; }

    /// <summary>The next value; null at the end of the stream.</summary>
    /// <exception cref="OvsdbProtocolException">The bytes are no JSON object or array, or end within one.</exception>
    public async ValueTask<JsonElement?> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            var result = await reader.ReadAsync(ct).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (TryScan(buffer, out var end))
            {
                var value = Parse(buffer.Slice(0, end));
                reader.AdvanceTo(end);
                return value;
            }
            reader.AdvanceTo(_depth == 0 ? buffer.End : buffer.Start, buffer.End);
            if (_depth == 0)
                _scanned = 0;
            if (result.IsCompleted)
                return _depth == 0 ? null : throw new OvsdbProtocolException("The server's stream ended within a message.");
            Received?.Invoke();
        }
    }

    bool TryScan(ReadOnlySequence<byte> buffer, out SequencePosition end)
    {
        foreach (var segment in buffer.Slice(_scanned))
        {
            var used = Scan(segment.Span);
            _scanned += used >= 0 ? used : segment.Length;
            if (used < 0)
                continue;
            end = buffer.GetPosition(_scanned);
            _scanned = 0;
            return true;
        }
        end = default;
        return false;
    }

    /// <summary>How many bytes belong to the value, or -1 if it goes on after these.</summary>
    int Scan(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            if (_escaped)
            {
                _escaped = false;
                continue;
            }
            var next = bytes[at..].IndexOfAny(_inString ? StringEnd : Structure);
            if (_depth == 0 && bytes.Slice(at, next < 0 ? bytes.Length - at : next).ContainsAnyExcept(" \t\r\n"u8))
                throw new OvsdbProtocolException("The server sent text between two messages.");
            if (next < 0)
                return -1;
            at += next;
            if (Step(bytes[at]))
                return at + 1;
        }
        return -1;
    }

    /// <summary>Whether this byte ends the value.</summary>
    bool Step(byte symbol)
    {
        switch (symbol)
        {
            case (byte)'\\':
                _escaped = true;
                return false;
            case (byte)'"' when _depth > 0:
                _inString = !_inString;
                return false;
            case (byte)'{' or (byte)'[':
                return ++_depth > MaxDepth
                    ? throw new OvsdbProtocolException($"The server sent a message nested deeper than {MaxDepth}.")
                    : false;
            default:
                return _depth > 0 ? --_depth == 0 : throw new OvsdbProtocolException("The server sent text between two messages.");
        }
    }

    static JsonElement Parse(ReadOnlySequence<byte> bytes)
    {
        try
        {
            var json = new Utf8JsonReader(bytes, Options);
            return JsonElement.ParseValue(ref json);
        }
        catch (JsonException e)
        {
            throw new OvsdbProtocolException($"The server sent a message that is not JSON: {e.Message}", e);
        }
    }
}
