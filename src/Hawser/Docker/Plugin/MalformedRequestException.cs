using System.Text.Json;

namespace Hawser.Docker.Plugin;

/// <summary>The request itself cannot be understood: answered with 4xx, before anything was done.</summary>
sealed class MalformedRequestException(string message, Exception? inner = null) : Exception(message, inner)
{
    public int Status { get; init; } = 400;

    /// <summary>Says it in Hawser's own words: the framework's message names types of .NET.</summary>
    public static MalformedRequestException From(JsonException exception)
    {
        var place = $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
        // The serializer wraps the reader's exception if the text is not JSON, and throws its own if a type is wrong.
        var message = exception.InnerException is JsonException
            ? $"the request body is not valid JSON at {place}"
            : $"the request body has a value of the wrong type at {exception.Path} ({place})";
        return new(message, exception);
    }
}
