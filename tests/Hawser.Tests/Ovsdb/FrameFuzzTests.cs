using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hawser.Ovsdb;
using Hawser.Tests.Protocol;

namespace Hawser.Tests.Ovsdb;

/// <summary>Messages of a server that are wrong somewhere: each is understood or refused by an OvsdbException, and by nothing else.</summary>
public sealed class FrameFuzzTests
{
    const string Uuid = "00000000-0000-4000-8000-000000000001";

    static readonly string[] Messages =
    [
        """{"id":null,"method":"update2","params":["zoo",{"Animal":{"00000000-0000-4000-8000-000000000001":{"modify":{"legs":4,"names":["set",["a","b"]],"marks":["map",[["k","v"]]]}}}}]}""",
        """{"id":null,"method":"update2","params":["zoo",{"Animal":{"00000000-0000-4000-8000-000000000001":{"insert":{"name":"cow","weight":1.5,"tame":true,"toys":["uuid","00000000-0000-4000-8000-000000000001"]}}}}]}""",
        """{"id":null,"method":"update3","params":["zoo","00000000-0000-4000-8000-000000000001",{"Animal":{"00000000-0000-4000-8000-000000000001":{"delete":null}}}]}""",
        """{"id":null,"method":"update","params":["zoo",{"Animal":{"00000000-0000-4000-8000-000000000001":{"old":{"legs":2},"new":{"name":"cow","legs":4,"cage":["set",[]]}}}}]}""",
        """{"id":1,"error":null,"result":[{"uuid":["uuid","00000000-0000-4000-8000-000000000001"]},{"count":3},{"rows":[{"name":"cow","counts":["map",[["a",1]]]}]},{}]}""",
        """{"id":1,"error":null,"result":[null,{"error":"constraint violation","details":"of the zoo"},null,null]}""",
        """{"id":1,"error":{"error":"unknown database","details":"no zoo"},"result":null}""",
        """{"id":"echo","method":"echo","params":["a",[1,{"b":null}]]}""",
    ];

    static readonly Snapshot Animals = Snapshot.Empty(Zoo.Parsed).Put("Animal", new Guid(Uuid), Zoo.Animal("cow"));

    [Theory]
    [InlineData(1)]
    [InlineData(20261128)]
    public Task Broken_messages_are_refused_as_what_they_are(int seed) =>
        BrokenInputs.AreUnderstoodOrRefusedAsync<OvsdbException>(seed, random =>
        {
            var bytes = Break(Messages[random.Next(Messages.Length)], random);
            return (bytes, () => ReadAsync(bytes, random));
        });

    // As a session and what stands behind it read a message; it may come in any pieces.
    static async Task ReadAsync(byte[] bytes, Random random)
    {
        var framing = new JsonFraming(PipeReader.Create(new MemoryStream(bytes), new StreamPipeReaderOptions(bufferSize: random.Next(1, 64))));
        while (await framing.ReadAsync(CancellationToken.None) is { } message)
        {
            if (message.ValueKind != JsonValueKind.Object) continue;
            if (message.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Array && parameters.GetArrayLength() > 1)
            {
                var updates = parameters[parameters.GetArrayLength() - 1];
                var isPlain = message.TryGetProperty("method", out var method)
                    && method.ValueKind == JsonValueKind.String && method.ValueEquals("update");
                var (snapshot, changes) = isPlain ? TableUpdates.Apply(Animals, updates) : TableUpdates.Apply2(Animals, updates);
                changes.Count.ShouldBe(changes.Count(c => c.Old is not null || c.New is not null));
                snapshot["Animal"].Rows.ShouldAllBe(row => row.Columns.All(column => row[column] != null));
            }
            if (message.TryGetProperty("result", out var result)) TransactionReply.Read(result, Questions(), Zoo.Parsed);
        }
    }

    static Transaction Questions()
    {
        var transaction = new Transaction("Zoo");
        transaction.Insert("Animal", [new("name", Datum.Of("cow"))]);
        transaction.Delete("Animal", [Condition.Is("name", Datum.Of("cow"))]);
        transaction.Select("Animal", [], ["name", "counts"]);
        transaction.Comment("moo");
        return transaction;
    }

    static byte[] Break(string message, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        switch (random.Next(8))
        {
            case 0: return bytes[..random.Next(bytes.Length)];
            case 1:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 2: return [.. bytes, .. bytes];
            case 3: return Encoding.ASCII.GetBytes($"{{\"id\":{new string('[', random.Next(1, 3000))}");
            default:
                var root = JsonNode.Parse(message)!.AsObject();
                for (var changes = random.Next(0, 3); changes > 0; changes--) new JsonMutation(random, () => Uuid).Change(root);
                return Encoding.UTF8.GetBytes(root.ToJsonString());
        }
    }
}
