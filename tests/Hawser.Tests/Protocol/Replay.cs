using System.Collections.Immutable;
using System.Text.Json;

namespace Hawser.Tests.Protocol;

sealed record ReplayedCall(RecordedRequest Request, int Status, JsonElement Reply)
{
    public override string ToString() => $"{Request.Method} of \"{Request.Step}\": {Status} {Reply}";
}

/// <summary>Sends a recording to a server, in its order, with the headers that the engine sent.</summary>
static class Replay
{
    public static async Task<ImmutableArray<ReplayedCall>> RunAsync(
        string socketPath, string file, Func<RecordedRequest, bool>? filter = null)
    {
        using var connection = await HttpConnection.OpenAsync(socketPath);
        var calls = ImmutableArray.CreateBuilder<ReplayedCall>();
        foreach (var request in Recordings.Read(file).Where(filter ?? (_ => true)))
        {
            var reply = await connection.SendAsync(request.ToHttp());
            calls.Add(new(request, reply.Status, reply.Json));
        }
        return calls.DrainToImmutable();
    }
}
