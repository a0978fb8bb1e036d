using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace Hawser.Core;

/// <summary>A 48-bit Ethernet address, written as OVS and Docker write it: lower-case hex with colons.</summary>
public readonly record struct MacAddress
{
    readonly ulong _bits;

    MacAddress(ulong bits) => _bits = bits;

    /// <summary>Whether the group bit is clear: only such an address can be an interface's own.</summary>
    public bool IsUnicast => (_bits >> 40 & 1) == 0;

    /// <summary>The address for an id of Docker's: locally administered, unicast, and the same at every call.</summary>
    /// <param name="id">The endpoint's or network's id.</param>
    /// <param name="prefix">Its leading bytes, or empty for 02:42, Docker's own.</param>
    public static MacAddress For(string id, ReadOnlySpan<byte> prefix)
    {
        if (prefix.IsEmpty) prefix = [0x02, 0x42];
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, StableHash.Of(id));
        prefix.CopyTo(bytes);
        return FromBytes(bytes);
    }

    /// <summary>
    /// The address for an IP address, as Docker's own bridge made it up to version 27: 02:42 and the four bytes of 10.9.0.5.
    /// The next endpoint with the IP address has the same MAC, so no neighbour's ARP entry goes stale.
    /// </summary>
    /// <param name="address">The IP address. Of an IPv6 address, the last four bytes count.</param>
    /// <param name="prefix">Its leading bytes, or empty for 02:42.</param>
    public static MacAddress For(IPAddress address, ReadOnlySpan<byte> prefix)
    {
        if (prefix.IsEmpty) prefix = [0x02, 0x42];
        Span<byte> bytes = stackalloc byte[6];
        address.GetAddressBytes().AsSpan()[^4..].CopyTo(bytes[2..]);
        prefix.CopyTo(bytes);
        return FromBytes(bytes);
    }

    /// <summary>From six bytes in transmission order.</summary>
    public static MacAddress FromBytes(ReadOnlySpan<byte> bytes)
    {
        ulong bits = 0;
        foreach (var b in bytes[..6]) bits = bits << 8 | b;
        return new MacAddress(bits);
    }

    /// <summary>Reads "02:42:0a:00:00:05"; hyphens are taken as colons.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MacAddress mac)
    {
        mac = default;
        var bytes = ParseBytes(text);
        if (bytes is not { Length: 6 }) return false;
        mac = FromBytes(bytes);
        return true;
    }

    /// <summary>Reads the leading bytes of an address ("0e:00:01"). Null if the text is not of that form.</summary>
    internal static byte[]? ParseBytes(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var parts = text.Split(':', '-');
        var bytes = new byte[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length != 2
                || !byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]))
                return null;
        }
        return bytes;
    }

    /// <summary>The six bytes in transmission order.</summary>
    public byte[] ToBytes() => [ByteAt(0), ByteAt(1), ByteAt(2), ByteAt(3), ByteAt(4), ByteAt(5)];

    /// <summary>As .NET's own type.</summary>
    public PhysicalAddress ToPhysicalAddress() => new(ToBytes());

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{ByteAt(0):x2}:{ByteAt(1):x2}:{ByteAt(2):x2}:{ByteAt(3):x2}:{ByteAt(4):x2}:{ByteAt(5):x2}");

    byte ByteAt(int index) => (byte)(_bits >> 8 * (5 - index));
}
