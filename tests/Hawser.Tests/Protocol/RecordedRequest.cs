using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Hawser.Tests.Protocol;

/// <summary>One call of a recording: what an engine sent after the command Step, and what it was answered then.</summary>
sealed record RecordedRequest(
    string Step, string Method, ImmutableArray<(string Name, string Value)> Headers, JsonElement? Body, JsonElement Reply)
{
    public string Path => "/" + Method;

    /// <summary>The body as Go's encoder wrote it: no spaces, a line feed at the end.</summary>
    public byte[] BodyBytes => Body is { } body ? [.. JsonSerializer.SerializeToUtf8Bytes(body), (byte)'\n'] : [];

    public string? Text(string key) => Body is { } body && body.TryGetProperty(key, out var value) ? value.GetString() : null;

    /// <summary>The request as it was on the wire, with another body if one is given.</summary>
    public byte[] ToHttp(byte[]? otherBody = null, string? otherPath = null)
    {
        var body = otherBody ?? BodyBytes;
        var head = new StringBuilder($"POST {otherPath ?? Path} HTTP/1.1\r\n");
        foreach (var (name, value) in Headers)
            head.Append(null, $"{name}: {(name == "Content-Length" ? body.Length.ToString((IFormatProvider?)null) : value)}\r\n");
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body];
    }
}

static class Recordings
{
    /// <summary>One file an engine: 20.10.24, 26.1.5, 28.5.2, 29.7.2.</summary>
    public static ImmutableArray<string> Files { get; } =
        [.. Directory.GetFiles(System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", "docker-requests"), "*.jsonl").Order(StringComparer.Ordinal)];

    public static IEnumerable<RecordedRequest> All => Files.SelectMany(file => Read(file));

    public static ImmutableArray<RecordedRequest> Read(string file)
    {
        var requests = ImmutableArray.CreateBuilder<RecordedRequest>();
        var step = "";
        foreach (var line in File.ReadLines(file))
        {
            var entry = JsonDocument.Parse(line).RootElement;
            if (entry.TryGetProperty("step", out var command))
                step = command.GetString()!;
            else
                requests.Add(Read(step, entry));
        }
        return requests.DrainToImmutable();
    }

    static RecordedRequest Read(string step, JsonElement entry) => new(
        step,
        entry.GetProperty("method").GetString()!,
        [.. entry.GetProperty("headers").EnumerateObject().Select(header => (header.Name, header.Value.GetString()!))],
        entry.GetProperty("body") is { ValueKind: not JsonValueKind.Null } body ? body : null,
        entry.GetProperty("reply"));
}
