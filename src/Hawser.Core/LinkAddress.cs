using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hawser.Core;

/// <summary>An address with the length of its subnet's prefix, as <c>ip address</c> writes it.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of the prefix, in bits.</param>
public sealed record LinkAddress(IPAddress Address, int PrefixLength)
{
    /// <summary>Reads "192.0.2.10/24".</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LinkAddress? address)
    {
        address = null;
        var parts = (text ?? "").Split('/');
        if (parts.Length != 2 || !IPAddress.TryParse(parts[0], out var ip)) return false;
        var bits = ip.GetAddressBytes().Length * 8;
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)) return false;
        if (length < 1 || length > bits) return false;
        address = new LinkAddress(ip, length);
        return true;
    }

    /// <summary>Whether it is an IPv6 address.</summary>
    public bool IsIPv6 => Address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Whether another address is on the link that has this one.</summary>
    public bool Reaches(IPAddress other)
    {
        var (mine, theirs) = (Address.GetAddressBytes(), other.GetAddressBytes());
        if (mine.Length != theirs.Length) return false;
        return Enumerable.Range(0, PrefixLength).All(bit => ((mine[bit / 8] ^ theirs[bit / 8]) & (0x80 >> bit % 8)) == 0);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Address}/{PrefixLength}";
}
