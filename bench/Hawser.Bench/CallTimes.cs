namespace Hawser.Bench;

/// <summary>What attaching and detaching took, turn by turn.</summary>
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

    /// <summary>Adds a turn: the median of each of its figures, so that turns can be compared in pairs.</summary>
    public void Add(CallTimes turn)
    {
        Attach.Add(turn.Attach.Median);
        AttachRate.Add(turn.AttachRate.Median);
        // The floor does not measure detaching.
        if (turn.Detach.Values.Count > 0) Detach.Add(turn.Detach.Median);
        if (turn.DetachRate.Values.Count > 0) DetachRate.Add(turn.DetachRate.Median);
    }
}
