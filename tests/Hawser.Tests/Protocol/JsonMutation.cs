using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Hawser.Tests.Protocol;

/// <summary>Breaks a JSON document in ways that leave most of it as it was. The same random numbers make the same changes.</summary>
/// <param name="random">Where chance comes from.</param>
/// <param name="anyId">An id that something else has.</param>
sealed class JsonMutation(Random random, Func<string> anyId)
{
    /// <summary>One change anywhere inside, and what it was.</summary>
    public string Change(JsonObject root)
    {
        var owner = Any<JsonObject>([.. Objects(root).Where(found => found.Count > 0).DefaultIfEmpty(root)]);
        if (owner.Count == 0)
            return "nothing left to change";
        var key = Any<string>([.. owner.Select(entry => entry.Key)]);
        switch (random.Next(7))
        {
            case 0:
                owner.Remove(key);
                return $"{key} dropped";
            case 1:
                owner[key] = null;
                return $"{key} null";
            case 2:
                owner[key] = new string(Any<char>(['x', '/', '0', '€', '\0', '"']), random.Next(1, 20_000));
                return $"{key} huge";
            case 3:
                owner[key] = anyId();
                return $"{key} another id";
            case 4:
                (var value, owner[key]) = (owner[key], null);
                owner.Remove(key);
                owner[Any<string>([key.ToUpperInvariant(), key.ToLowerInvariant(), key + " ", ""])] = value;
                return $"{key} renamed";
            case 5:
                owner[$"unknown{random.Next()}"] = AnyValue();
                return "unknown key";
            default:
                owner[key] = AnyValue();
                return $"{key} of another type";
        }
    }

    JsonNode? AnyValue() => JsonNode.Parse(Any<string>(
    [
        "null", "true", "false", "0", "-1", "65536", "4294967296", "1e400", "0.1", "99999999999999999999999999", "\"\"", "\"true\"",
        "\"10.0.0.0/33\"", "\"10.0.0.1\"", "\"fe80::1%eth0/64\"", "\"0.0.0.0/0\"", "\"ff:ff:ff:ff:ff:ff\"", "\"-5\"", "\"../../etc/passwd\"",
        "\"a\\u0000b\"", "\"; rm -rf /\"", "[]", "[null]", "[[]]", "[{}]", "[1,\"a\"]", "{}", "{\"\":null}", "{\"Proto\":\"tcp\",\"Port\":-1}",
        "[{\"Proto\":300}]", "[{\"Port\":70000}]", "{\"a\":{\"b\":[]}}",
    ]));

    static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject found => found.Select(entry => entry.Value).SelectMany(Objects).Prepend(found),
        JsonArray items => items.SelectMany(Objects),
        _ => [],
    };

    T Any<T>(ImmutableArray<T> choices) => choices[random.Next(choices.Length)];
}
