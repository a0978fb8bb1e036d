using System.Net;
using System.Net.Sockets;

namespace Hawser.Linux;

/// <summary>Writes the messages about routes.</summary>
internal static class RouteMessages
{
    // linux/rtnetlink.h: the table main, made by an administrator, of the widest scope, to a host or through a router.
    const byte MainTable = 254;
    const byte Static = 4;
    const byte Universe = 0;
    const byte Unicast = 1;

    /// <summary><c>ip route add DESTINATION via GATEWAY dev ifINDEX proto static</c></summary>
    public static void Add(ref NetlinkWriter writer, int index, IPNetwork destination, IPAddress gateway)
    {
        writer.Begin(RouteMessage.NewRoute, NetlinkFlags.Create | NetlinkFlags.Exclusive, new RouteHeader
        {
            Family = gateway.AddressFamily == AddressFamily.InterNetworkV6 ? Family.IPv6 : Family.IPv4,
            DestinationLength = (byte)destination.PrefixLength,
            Table = MainTable,
            Protocol = Static,
            Scope = Universe,
            Type = Unicast,
        });
        if (destination.PrefixLength > 0) writer.Attribute(RouteAttribute.Destination, destination.BaseAddress.GetAddressBytes());
        writer.Attribute(RouteAttribute.Gateway, gateway.GetAddressBytes());
        writer.Attribute(RouteAttribute.OutputInterface, (uint)index);
        writer.End();
    }
}
