using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hawser.Core.Ipam;

/// <summary>
/// A pool of addresses that hosts share. Docker gives its id back with every later request. The id says all that was asked
/// for, so that nothing has to be remembered between two requests.
/// </summary>
/// <param name="Space">The address space: pools of different spaces have nothing to do with each other.</param>
/// <param name="Vrf">The routing domain within the space, or "".</param>
/// <param name="Subnet">All of its addresses.</param>
/// <param name="Range">The part of them that addresses are chosen from, or null for all.</param>
public sealed record AddressPool(string Space, string Vrf, IPNetwork Subnet, IPNetwork? Range)
{
    /// <summary>The space of networks that each host makes for itself.</summary>
    public const string LocalSpace = "ovn-local";

    /// <summary>The space that swarm managers ask for. The hosts' own requests for the same networks come in the local one.</summary>
    public const string GlobalSpace = "ovn-global";

    /// <summary>The id, such as "ovn-local/blue/10.9.0.0/16/10.9.8.0/21". The range and the domain may be missing.</summary>
    public string Id => Range is { } range ? $"{Key}/{range}" : Key;

    /// <summary>The part of the id that is the same for all requests of one subnet, whatever their range.</summary>
    public string Key => $"{Space}/{Vrf}/{Subnet}";

    /// <summary>Whether it is a swarm's, and not one of the networks that each host makes for itself.</summary>
    public bool IsGlobal => Space == GlobalSpace;

    /// <summary>Whether its addresses are IPv6.</summary>
    public bool IsIPv6 => Subnet.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Reads an id.</summary>
    /// <exception cref="PluginException">It is none.</exception>
    public static AddressPool Parse(string id)
    {
        var parts = id.Split('/');
        if (parts.Length is 4 or 6 && IPNetwork.TryParse($"{parts[2]}/{parts[3]}", out var subnet))
        {
            if (parts.Length == 4) return new AddressPool(parts[0], parts[1], subnet, null);
            if (IPNetwork.TryParse($"{parts[4]}/{parts[5]}", out var range)) return new AddressPool(parts[0], parts[1], subnet, range);
        }
        throw new PluginException($"PoolID \"{id}\" is not one that this address manager gave");
    }

    /// <summary>
    /// Whether an interface can have an address. It cannot have the subnet's own, nor the last of an IPv4 subnet, which is for
    /// broadcasts.
    /// </summary>
    public bool IsUsable(IPAddress address)
    {
        if (!Subnet.Contains(address)) return false;
        var (first, size) = Bounds(Subnet);
        var offset = ToNumber(address) - first;
        if (size <= 2) return true;
        return offset != 0 && (IsIPv6 || offset != size - 1);
    }

    /// <summary>The first address that an interface can have: the gateway, where nobody names another.</summary>
    public IPAddress First => ToAddress(Bounds(Subnet).First + (Bounds(Subnet).Size <= 2 ? 0u : 1u), IsIPv6);

    /// <summary>How many addresses the range has, or so many that it does not matter.</summary>
    public UInt128 Size => Bounds(Range ?? Subnet).Size;

    /// <summary>The address at a place of the range; beyond its end, counting starts again.</summary>
    public IPAddress At(UInt128 place)
    {
        var (first, size) = Bounds(Range ?? Subnet);
        return ToAddress(first + place % size, IsIPv6);
    }

    /// <summary>An address as Docker wants it: with the length of the subnet's prefix.</summary>
    public string Cidr(IPAddress address) => $"{address}/{Subnet.PrefixLength}";

    /// <summary>Whether two subnets have an address in common.</summary>
    public static bool Overlap(IPNetwork one, IPNetwork other) => one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);

    /// <summary>
    /// The subnet of an address that is written with the length of its prefix: 10.1.0.1/24 lies in 10.1.0.0/24. Null for another
    /// text, such as somebody may have written into a row.
    /// </summary>
    public static IPNetwork? SubnetOf(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && IPAddress.TryParse(text[..slash], out var address)
            && int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length <= address.GetAddressBytes().Length * 8
            ? SubnetOf(address, length)
            : null;
    }

    /// <summary>The subnet that an address lies in.</summary>
    public static IPNetwork SubnetOf(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefixLength; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> bit % 8);
        return new IPNetwork(new IPAddress(bytes), prefixLength);
    }

    static (UInt128 First, UInt128 Size) Bounds(IPNetwork network)
    {
        var bits = network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32;
        // The size of an IPv6 /0 does not fit into the type; nobody will miss the last address.
        var size = bits - network.PrefixLength == 128 ? UInt128.MaxValue : UInt128.One << (bits - network.PrefixLength);
        return (ToNumber(network.BaseAddress), size);
    }

    static UInt128 ToNumber(IPAddress address)
    {
        UInt128 number = 0;
        foreach (var part in address.GetAddressBytes()) number = number << 8 | part;
        return number;
    }

    static IPAddress ToAddress(UInt128 number, bool isIPv6)
    {
        var bytes = new byte[isIPv6 ? 16 : 4];
        for (var i = bytes.Length - 1; i >= 0; i--, number >>= 8) bytes[i] = (byte)(number & 0xff);
        return new IPAddress(bytes);
    }
}
