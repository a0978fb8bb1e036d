using System.Collections.Immutable;

namespace Hawser.Docker.Plugin;

/// <summary>A socket and what is served on it.</summary>
public sealed record PluginListener(string SocketPath, ImmutableArray<PluginRoute> Routes)
{
    /// <summary>Answers calls that no route is for. If it is null, they are told that there is no such method.</summary>
    public PluginRoute? Otherwise { get; init; }
}
