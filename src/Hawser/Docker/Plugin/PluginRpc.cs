using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Hawser.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hawser.Docker.Plugin;

/// <summary>What goes back to the caller.</summary>
readonly record struct PluginReply(int Status, string ContentType, ReadOnlyMemory<byte> Body);

/// <summary>Runs one call against its deadline and turns whatever comes of it into one reply and one log line.</summary>
sealed class PluginRpc(ILogger logger)
{
    const string ErrorContentType = "application/vnd.docker.plugins.v1.1+json";

    /// <summary>The time for a method to wind up after its token was cancelled, and to say what it was waiting for.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    // dockerd takes 404 as "not implemented" for the two external-connectivity methods, so 404 means only this.
    public PluginReply Unknown(string verb, string path)
    {
        Log.Refused(logger, path, 0, "no such method");
        return Failure(StatusCodes.Status404NotFound, path, $"no such method: {verb} {path}");
    }

    [SuppressMessage("Design", "CA1031", Justification = "The edge to Docker: every failure becomes a reply.")]
    public async Task<PluginReply> AnswerAsync(PluginRoute route, HttpRequest request, CancellationToken aborted)
    {
        var started = Stopwatch.GetTimestamp();
        double Elapsed() => Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        deadline.CancelAfter(route.Deadline);
        try
        {
            var result = await RunAsync(route, request, deadline.Token);
            Log.Answered(logger, route.Path, Elapsed());
            return new(StatusCodes.Status200OK, route.ContentType, result);
        }
        catch (MalformedRequestException exception)
        {
            Log.Refused(logger, route.Path, Elapsed(), exception.Message);
            return Failure(exception.Status, route.Path, exception.Message);
        }
        catch (Exception) when (aborted.IsCancellationRequested)
        {
            Log.GivenUp(logger, route.Path, Elapsed());
            return Failure(StatusCodes.Status503ServiceUnavailable, route.Path, "the call was given up");
        }
        catch (Exception exception) when (Explain(route, exception, deadline.IsCancellationRequested) is { } reason)
        {
            Log.Refused(logger, route.Path, Elapsed(), reason);
            return Failure(StatusCodes.Status500InternalServerError, route.Path, reason);
        }
        catch (Exception exception)
        {
            var reference = Guid.NewGuid().ToString("N")[..8];
            Log.Failed(logger, exception, route.Path, Elapsed(), reference);
            return Failure(StatusCodes.Status500InternalServerError, route.Path,
                $"an unexpected failure, described in Hawser's log under reference {reference}");
        }
    }

    async Task<ReadOnlyMemory<byte>> RunAsync(PluginRoute route, HttpRequest request, CancellationToken ct)
    {
        var body = await ReadAsync(route, request, ct);
        var call = route.Method(body, ct);
        try
        {
            return await call.WaitAsync(route.Deadline + Grace, CancellationToken.None);
        }
        catch (TimeoutException) when (!call.IsCompleted)
        {
            // Nothing can end a method that ignores its token. Docker must not wait for it, and its failure must be seen.
            _ = call.ContinueWith(late => Log.FailedTooLate(logger, late.Exception!, route.Path),
                CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new PluginException("it is still running");
        }
    }

    static async Task<ReadOnlyMemory<byte>> ReadAsync(PluginRoute route, HttpRequest request, CancellationToken ct)
    {
        try
        {
            var body = await RequestBody.ReadAsync(request, ct);
            // moby pkg/plugins callWithRetry gives each attempt the same buffer, which the first one has already read.
            return body.IsEmpty && route.NeedsBody
                ? throw new MalformedRequestException("empty request body (a retry after a lost connection?)")
                : body;
        }
        catch (OperationCanceledException exception)
        {
            throw new MalformedRequestException($"the request body did not arrive within {Text(route.Deadline)}", exception);
        }
    }

    /// <summary>The sentence for the user, or null for a failure that nobody foresaw.</summary>
    static string? Explain(PluginRoute route, Exception exception, bool late) => (exception, late) switch
    {
        (PluginException, false) => exception.Message,
        (PluginException, true) => TooLate(route, exception.Message),
        (OperationCanceledException, true) => TooLate(route, "what it waited for did not happen"),
        _ => null,
    };

    static string TooLate(PluginRoute route, string reason) =>
        $"{route.Path.TrimStart('/')} did not finish within {Text(route.Deadline)}: {reason}";

    static string Text(TimeSpan deadline) => $"{deadline.TotalSeconds:0.###} s";

    static PluginReply Failure(int status, string path, string message) =>
        new(status, ErrorContentType,
            JsonSerializer.SerializeToUtf8Bytes(ErrorResponse.For(path, message), DockerJson.Default.ErrorResponse));
}
