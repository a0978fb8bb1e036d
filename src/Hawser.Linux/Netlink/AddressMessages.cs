using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Hawser.Linux;

/// <summary>Writes the messages about addresses.</summary>
internal static class AddressMessages
{
    /// <summary><c>ip address replace ADDRESS/PREFIX dev ifINDEX [broadcast +] [nodad]</c></summary>
    public static void Replace(ref NetlinkWriter writer, int index, IPAddress address, int prefixLength)
    {
        Begin(ref writer, RouteMessage.NewAddress, NetlinkFlags.Create | NetlinkFlags.Replace, index, address, prefixLength);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // Nothing can be bound to an address while it is tentative, and nobody else may have a gateway's address anyway.
            writer.Attribute(AddressAttribute.Flags, AddressAttribute.NoDuplicateDetection);
        }
        else if (prefixLength < 31)
        {
            writer.Attribute(AddressAttribute.Broadcast, Broadcast(address, prefixLength)); // RFC 3021: a /31 has none
        }

        writer.End();
    }

    /// <summary><c>ip address delete ADDRESS/PREFIX dev ifINDEX</c></summary>
    public static void Delete(ref NetlinkWriter writer, int index, IPAddress address, int prefixLength)
    {
        Begin(ref writer, RouteMessage.DeleteAddress, NetlinkFlags.None, index, address, prefixLength);
        writer.End();
    }

    static void Begin(ref NetlinkWriter writer, ushort type, NetlinkFlags flags, int index, IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, bytes.Length * 8);
        writer.Begin(type, flags, new AddressHeader
        {
            Family = address.AddressFamily == AddressFamily.InterNetworkV6 ? Family.IPv6 : Family.IPv4,
            PrefixLength = (byte)prefixLength,
            Index = index,
        });
        writer.Attribute(AddressAttribute.Local, bytes);
        writer.Attribute(AddressAttribute.Address, bytes);
    }

    static byte[] Broadcast(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        var host = (uint)(0xffff_ffffUL >> prefixLength);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) | host);
        return bytes;
    }
}
