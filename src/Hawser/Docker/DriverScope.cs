namespace Hawser.Docker;

/// <summary>What dockerd takes the networks of a driver for.</summary>
enum DriverScope
{
    /// <summary>Each host's own, made on each by hand.</summary>
    Local,

    /// <summary>A swarm's: made once on a manager, and by dockerd on each node that runs a task of theirs.</summary>
    Global,
}
