namespace Hawser.Docker.Plugin;

/// <summary>
/// One published port. Proto is the IP protocol's number. HostPort 0 asks for any free port, and HostPort &lt; HostPortEnd
/// for any free port in that range.
/// </summary>
public sealed record PortBinding(
    byte Proto = 0,
    string IP = "",
    ushort Port = 0,
    string HostIP = "",
    ushort HostPort = 0,
    ushort HostPortEnd = 0);

public sealed record ExposedPort(byte Proto = 0, ushort Port = 0);
