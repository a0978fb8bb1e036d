using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hawser.Tests.Protocol;

/// <summary>A request that is wrong somewhere, and how it was made.</summary>
sealed record FuzzedRequest(int Number, string Mutation, byte[] Http)
{
    public override string ToString() => $"#{Number} {Mutation}: {Encoding.UTF8.GetString(Http.AsSpan(0, Math.Min(Http.Length, 1000)))}";
}

/// <summary>What came of a run: how often each status, and each answer that no request may get.</summary>
sealed record FuzzReport(ImmutableSortedDictionary<int, int> Statuses, ImmutableArray<string> Violations);

/// <summary>Mutations of the recorded requests. The same seed makes the same requests.</summary>
sealed class RequestFuzzer(int seed)
{
    static readonly ImmutableArray<RecordedRequest> Originals = [.. Recordings.All];
    static readonly ImmutableArray<int> AllowedStatuses = [200, 400, 404, 413, 500];

    readonly Random _random = new(seed);

    /// <summary>Sends this many requests, one after the other. A server that stops answering fails the run.</summary>
    public static async Task<FuzzReport> RunAsync(string socketPath, int seed, int count)
    {
        var violations = ImmutableArray.CreateBuilder<string>();
        var statuses = new SortedDictionary<int, int>();
        using var connection = await HttpConnection.OpenAsync(socketPath);
        foreach (var request in new RequestFuzzer(seed).Requests(count))
        {
            var reply = await connection.SendAsync(request.Http);
            statuses[reply.Status] = statuses.GetValueOrDefault(reply.Status) + 1;
            if (Violation(reply) is { } violation)
                violations.Add($"{violation}, seed {seed}, {request}");
        }
        return new(statuses.ToImmutableSortedDictionary(), violations.DrainToImmutable());
    }

    public IEnumerable<FuzzedRequest> Requests(int count)
    {
        for (var number = 0; number < count; number++)
            yield return Mutate(number, Any(Originals));
    }

    static string? Violation(HttpReply reply)
    {
        if (!AllowedStatuses.Contains(reply.Status))
            return $"status {reply.Status}";
        try
        {
            if (reply.Json.ValueKind != JsonValueKind.Object)
                return "the reply is no object";
            return reply.Status == 200 || reply.Err is { Length: > 0 } ? null : "a failure without Err";
        }
        catch (JsonException)
        {
            return "the reply is no JSON";
        }
    }

    FuzzedRequest Mutate(int number, RecordedRequest original) => _random.Next(20) switch
    {
        0 => new(number, "truncated", original.ToHttp(original.BodyBytes[..Position(original)])),
        1 => new(number, "random bytes", original.ToHttp(RandomBytes(_random.Next(200)))),
        2 => new(number, "one byte changed", original.ToHttp(WithOneByteChanged(original.BodyBytes))),
        3 => new(number, "wrong path", original.ToHttp(otherPath: Any<string>(
            ["/", "/NetworkDriver.", "/NetworkDriver.Nonsense", "/Plugin.activate", original.Path + "/", original.Path.ToUpperInvariant(), "/../etc", "/%ff"]))),
        4 => new(number, "another method's body", original.ToHttp(Any(Originals).BodyBytes)),
        5 => new(number, "nested too deep", original.ToHttp(Encoding.ASCII.GetBytes(
            $"{{\"Options\":{new string('[', _random.Next(1, 5000))}"))),
        6 => new(number, "bytes around it", original.ToHttp(
            [.. Any<byte[]>([[0xEF, 0xBB, 0xBF], [0], "  \n"u8.ToArray(), "//\n"u8.ToArray()]), .. original.BodyBytes, .. Any<byte[]>([[], "{}"u8.ToArray(), [0]])])),
        7 when _random.Next(40) == 0 => new(number, "beyond the limit", original.ToHttp(
            Encoding.ASCII.GetBytes($"{{\"NetworkID\":\"{new string('x', 5 << 20)}\"}}"))),
        _ => MutateJson(number, original),
    };

    /// <summary>One to three changes inside the document, so that some of it still makes sense.</summary>
    FuzzedRequest MutateJson(int number, RecordedRequest original)
    {
        if (original.Body is not { } body)
            return new(number, "unasked body", original.ToHttp("{\"NetworkID\":[]}"u8.ToArray()));
        var root = JsonNode.Parse(body.GetRawText())!.AsObject();
        var done = new List<string>();
        for (var changes = _random.Next(1, 4); changes > 0; changes--)
            done.Add(new JsonMutation(_random, AnyId).Change(root));
        return new(number, string.Join(", ", done), original.ToHttp(Encoding.UTF8.GetBytes(root.ToJsonString())));
    }

    string AnyId() => Any(Originals).Text(Any<string>(["NetworkID", "EndpointID", "PoolID"])) ?? "";

    byte[] WithOneByteChanged(byte[] body)
    {
        if (body.Length > 0)
            body[_random.Next(body.Length)] = (byte)_random.Next(256);
        return body;
    }

    byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    int Position(RecordedRequest original) => _random.Next(original.BodyBytes.Length + 1);

    T Any<T>(ImmutableArray<T> choices) => choices[_random.Next(choices.Length)];
}
