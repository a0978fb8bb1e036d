using System.Net;

namespace Hawser.Core.Intent;

/// <summary>A port of a container that is to be published.</summary>
/// <param name="Protocol">The IP protocol's number: 6 TCP, 17 UDP, 132 SCTP.</param>
/// <param name="HostAddress">The address to publish it on, or null for all of both families.</param>
/// <param name="HostPort">The first port on the host that will do; 0 for any free one.</param>
/// <param name="HostPortEnd">The last one.</param>
/// <param name="ContainerPort">The port in the container.</param>
public sealed record PortRequest(int Protocol, IPAddress? HostAddress, int HostPort, int HostPortEnd, int ContainerPort);
