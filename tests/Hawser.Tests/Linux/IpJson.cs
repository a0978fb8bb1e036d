using System.Text.Json;

namespace Hawser.Tests.Linux;

/// <summary>What <c>ip</c> says, to compare with.</summary>
static class IpJson
{
    public static JsonElement Link(string name) => Parse($"ip -j -d link show dev {name}")[0];

    public static JsonElement[] Links() => [.. Parse("ip -j -d link show").EnumerateArray()];

    public static JsonElement[] Addresses(string name) =>
        [.. Parse($"ip -j address show dev {name}")[0].GetProperty("addr_info").EnumerateArray()];

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    static JsonElement Parse(string commandLine) => JsonDocument.Parse(NetworkNamespace.Shell(commandLine)).RootElement;
}
