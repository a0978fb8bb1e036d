using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Hawser.Linux;

/// <summary>Asks who on a link has an IP address: ARP for IPv4 (RFC 826), a neighbour solicitation for IPv6 (RFC 4861).</summary>
/// <param name="Asked">The address.</param>
/// <param name="Own">An address of the link's, of the same family: the answer goes there.</param>
/// <param name="OwnMac">The link's MAC address.</param>
/// <param name="Known">The MAC address of the only one to be asked; null to ask all on the link.</param>
public sealed record NeighbourQuestion(IPAddress Asked, IPAddress Own, PhysicalAddress OwnMac, PhysicalAddress? Known)
{
    const int MacLength = 6;
    const int HeaderLength = 14;
    const int IPv6HeaderLength = 40;
    const int SolicitationLength = 32;
    const byte Icmpv6 = 58;
    const byte Solicitation = 135;
    const byte SourceMacOption = 1;

    static readonly byte[] Broadcast = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

    /// <summary>The Ethernet frame.</summary>
    public byte[] ToFrame() => Asked.AddressFamily == AddressFamily.InterNetworkV6 ? ToSolicitation() : ToArp();

    byte[] ToArp()
    {
        byte[] arp =
        [
            0x00, 0x01, 0x08, 0x00, 6, 4, 0x00, 0x01, // Ethernet, IPv4, the lengths of their addresses, a request
            .. OwnMac.GetAddressBytes(), .. Own.GetAddressBytes(), .. new byte[MacLength], .. Asked.GetAddressBytes(),
        ];
        return [.. Known?.GetAddressBytes() ?? Broadcast, .. OwnMac.GetAddressBytes(), 0x08, 0x06, .. arp];
    }

    byte[] ToSolicitation()
    {
        var asked = Asked.GetAddressBytes();
        // The group of those whose addresses end like this one, also in a frame for one host alone: Linux leaves its MAC address
        // out of the answer to a question that was not sent to the group (RFC 4861, 7.2.4). Open vSwitch learns nothing then.
        byte[] group = [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, .. asked[^3..]];
        byte[] groupMac = [0x33, 0x33, .. group[^4..]];
        byte[] frame =
        [
            .. Known?.GetAddressBytes() ?? groupMac, .. OwnMac.GetAddressBytes(), 0x86, 0xdd,
            0x60, 0, 0, 0, 0, SolicitationLength, Icmpv6, 255, .. Own.GetAddressBytes(), .. group,
            Solicitation, 0, 0, 0, 0, 0, 0, 0, .. asked, SourceMacOption, 1, .. OwnMac.GetAddressBytes(),
        ];
        var message = frame.AsSpan(HeaderLength + IPv6HeaderLength);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Checksum(frame.AsSpan(HeaderLength + 8, 32), message));
        return frame;
    }

    // RFC 4443, 2.3: over both addresses, the length, the next header and the message.
    static ushort Checksum(ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> message)
    {
        var sum = Sum(addresses) + Sum(message) + (uint)message.Length + Icmpv6;
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    static uint Sum(ReadOnlySpan<byte> words)
    {
        uint sum = 0;
        for (var i = 0; i < words.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(words[i..]);
        return sum;
    }
}
