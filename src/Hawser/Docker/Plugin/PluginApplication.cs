using System.Collections.Frozen;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hawser.Docker.Plugin;

/// <summary>What one listener serves, found by "POST /path". It travels as a feature of each connection.</summary>
sealed class RouteTable(PluginListener listener)
{
    readonly FrozenDictionary<string, PluginRoute> _routes =
        listener.Routes.ToFrozenDictionary(route => $"{route.Verb} {route.Path}", StringComparer.Ordinal);

    public PluginRoute? Find(string verb, string path) =>
        _routes.GetValueOrDefault($"{verb} {path}") ?? (listener.Otherwise is { } otherwise ? otherwise with { Path = path } : null);
}

/// <summary>
/// All that is between Kestrel and a method. There is no middleware and no routing: they would need a Content-Type,
/// which dockerd does not send, and tens of milliseconds at start.
/// </summary>
sealed class PluginApplication(PluginRpc rpc, Draining sockets) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var path = request.Path.Value ?? "";
        var route = context.Features.GetRequiredFeature<RouteTable>().Find(request.Method, path);
        var reply = route is null
            ? rpc.Unknown(request.Method, path)
            : await rpc.AnswerAsync(route, request, context.RequestAborted);

        response.StatusCode = reply.Status;
        response.ContentType = reply.ContentType;
        if (sockets.HasBegun) response.Headers.Connection = "close";
        response.ContentLength = reply.Body.Length;
        await response.Body.WriteAsync(reply.Body, context.RequestAborted);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // The context owns nothing: its features are Kestrel's.
    }
}
