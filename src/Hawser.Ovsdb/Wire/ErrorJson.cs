using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>Reads <c>error</c> of RFC 7047 §3.1, with the <c>syntax</c> member that ovsdb-server adds.</summary>
static class ErrorJson
{
    public static string? Tag(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("error", out var tag) ? tag.GetString() : null;

    public static string? Details(JsonElement json)
    {
        var details = Text(json, "details");
        return Text(json, "syntax") is { } syntax ? $"{details} in {syntax}" : details;
    }

    static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var text) ? text.GetString() : null;
}
