using System.Collections.Immutable;

namespace Hawser.Docker.Plugin;

/// <summary>A socket and what is served on it.</summary>
public sealed record PluginListener(string SocketPath, ImmutableArray<PluginRoute> Routes)
{
    /// <summary>What answers calls that no route is for; none, and they are told that there is no such method.</summary>
    public PluginRoute? Otherwise { get; init; }
}
