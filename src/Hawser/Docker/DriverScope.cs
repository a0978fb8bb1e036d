namespace Hawser.Docker;

/// <summary>The scope that dockerd gives the networks of a driver.</summary>
enum DriverScope
{
    /// <summary>Networks of one host, made on each host by hand.</summary>
    Local,

    /// <summary>Networks of a swarm: made once on a manager, and by dockerd on each node that runs one of their tasks.</summary>
    Global,
}
