using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hawser.Docker.Plugin;

/// <summary>Answers one call: a JSON body in, a JSON object out. Throws a PluginException with a text for the user.</summary>
public delegate Task<ReadOnlyMemory<byte>> PluginMethod(ReadOnlyMemory<byte> body, CancellationToken ct);

/// <summary>One path that a socket serves.</summary>
public sealed record PluginRoute(string Path, bool NeedsBody, PluginMethod Method)
{
    /// <summary>dockerd waits for a legacy plugin for ever, with the network locked, so every call ends by itself.</summary>
    public static readonly TimeSpan LongestDeadline = TimeSpan.FromSeconds(15);

    /// <summary>Once it has passed, the method's token is cancelled and the call fails.</summary>
    public TimeSpan Deadline
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LongestDeadline);
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = LongestDeadline;

    /// <summary>dockerd only sends POST.</summary>
    public string Verb { get; init; } = "POST";

    /// <summary>What dockerd's own helper library answers with (go-plugins-helpers sdk/encoder.go).</summary>
    public string ContentType { get; init; } = "application/vnd.docker.plugins.v1.1+json";

    /// <summary>A method with a request and a reply.</summary>
    public static PluginRoute For<TRequest, TResponse>(
        string path,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        Func<TRequest, CancellationToken, Task<TResponse>> method)
        where TRequest : class =>
        new(path, NeedsBody: true, async (body, ct) =>
            JsonSerializer.SerializeToUtf8Bytes(await method(Parse(body, requestType), ct), responseType));

    /// <summary>A method with a request, which answers {}.</summary>
    public static PluginRoute For<TRequest>(
        string path, JsonTypeInfo<TRequest> requestType, Func<TRequest, CancellationToken, Task> method)
        where TRequest : class =>
        new(path, NeedsBody: true, async (body, ct) =>
        {
            await method(Parse(body, requestType), ct);
            return JsonSerializer.SerializeToUtf8Bytes(EmptyResponse.Instance, DockerJson.Default.EmptyResponse);
        });

    /// <summary>A method without a request, which ignores the body.</summary>
    public static PluginRoute For<TResponse>(
        string path, JsonTypeInfo<TResponse> responseType, Func<CancellationToken, Task<TResponse>> method) =>
        new(path, NeedsBody: false, async (_, ct) =>
            JsonSerializer.SerializeToUtf8Bytes(await method(ct), responseType));

    static TRequest Parse<TRequest>(ReadOnlyMemory<byte> body, JsonTypeInfo<TRequest> type) where TRequest : class
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, type)
                ?? throw new MalformedRequestException("the request body is null");
        }
        catch (JsonException exception)
        {
            throw MalformedRequestException.From(exception);
        }
    }
}
