namespace Hawser.Docker.Engine;

/// <summary>GET /version: of it, the engine's own version, such as "20.10.24+dfsg1".</summary>
public sealed record EngineVersion(string Version = "");
