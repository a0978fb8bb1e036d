namespace Hawser.Docker.Engine;

/// <summary>GET /version, of which only the engine's own version is read, such as "20.10.24+dfsg1".</summary>
public sealed record EngineVersion(string Version = "");
