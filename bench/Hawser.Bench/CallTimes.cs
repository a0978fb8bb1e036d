namespace Hawser.Bench;

/// <summary>What attaching and detaching took.</summary>
sealed class CallTimes
{
    /// <summary>CreateEndpoint and Join, milliseconds each.</summary>
    public Samples Attach { get; } = new();

    /// <summary>Leave and DeleteEndpoint, milliseconds each.</summary>
    public Samples Detach { get; } = new();

    /// <summary>Endpoints attached per second, many at once.</summary>
    public Samples AttachRate { get; } = new();

    /// <summary>Endpoints detached per second, many at once.</summary>
    public Samples DetachRate { get; } = new();
}
