namespace Hawser.Docker.Engine;

/// <summary>A line of GET /plugins: a managed plugin under its name and tag.</summary>
public sealed record EnginePlugin(string Name = "", bool Enabled = false, EnginePluginConfig? Config = null);

public sealed record EnginePluginConfig(string[]? Entrypoint = null, EnginePluginInterface? Interface = null);

/// <summary>Socket is a file's name in /run/docker/plugins, as the plugin sees it.</summary>
public sealed record EnginePluginInterface(string Socket = "");
