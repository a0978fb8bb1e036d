using System.Net;
using System.Net.Sockets;

namespace Hawser.Linux;

/// <summary>Writes the messages that find and ask for neighbours.</summary>
internal static class NeighbourMessages
{
    /// <summary><c>ip route get ADDRESS</c></summary>
    public static void GetRoute(ref NetlinkWriter writer, IPAddress destination)
    {
        var bytes = destination.GetAddressBytes();
        writer.Begin(RouteMessage.GetRoute, NetlinkFlags.None, new RouteHeader
        {
            Family = FamilyOf(destination),
            DestinationLength = (byte)(bytes.Length * 8),
        });
        writer.Attribute(RouteAttribute.Destination, bytes);
        writer.End();
    }

    /// <summary><c>ip neighbour replace ADDRESS dev ifINDEX nud failed</c>, then the same with <c>use</c></summary>
    public static void Ask(ref NetlinkWriter writer, int index, IPAddress address)
    {
        // The kernel would ask a neighbour that it knows by unicast, if at all. The answer to that may lack the MAC address
        // (RFC 4861, 7.2.4), and Open vSwitch on the way would learn nothing from it.
        Begin(ref writer, index, address, NeighbourStates.Failed, flags: 0);
        Begin(ref writer, index, address, NeighbourStates.None, NeighbourHeader.Use);
    }

    static void Begin(ref NetlinkWriter writer, int index, IPAddress address, NeighbourStates state, byte flags)
    {
        writer.Begin(RouteMessage.NewNeighbour, NetlinkFlags.Create | NetlinkFlags.Replace, new NeighbourHeader
        {
            Family = FamilyOf(address),
            Index = index,
            State = state,
            Flags = flags,
        });
        writer.Attribute(NeighbourAttribute.Destination, address.GetAddressBytes());
        writer.End();
    }

    static byte FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? Family.IPv6 : Family.IPv4;
}
