using System.Net;

namespace Hawser.Docker.Engine;

/// <summary>Docker's API said no (with a status), or did not answer at all (without).</summary>
public sealed class EngineException(string message, HttpStatusCode? status, Exception? inner = null)
    : Exception(message, inner)
{
    public HttpStatusCode? Status { get; } = status;
}
