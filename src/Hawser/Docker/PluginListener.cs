using System.Collections.Immutable;

namespace Hawser.Docker;

/// <summary>A socket and what is served on it.</summary>
public sealed record PluginListener(string SocketPath, ImmutableArray<PluginRoute> Routes);
