using System.Globalization;

namespace Hawser.Core;

/// <summary>
/// Every name that Hawser makes up, in one place. A kernel link has at most 15 bytes (IFNAMSIZ), too few for Docker's
/// ids, so names are a hash of the id in base 32: 60 bits tell a thousand endpoints apart on all but one of a trillion hosts.
/// </summary>
public static class Names
{
    /// <summary>The longest name that the kernel takes for a link.</summary>
    public const int LinkLength = 15;

    /// <summary>The alias that marks a link as ours starts with this.</summary>
    public const string AliasPrefix = "hawser:";

    /// <summary>The iptables chains that are ours start with this.</summary>
    public const string ChainPrefix = "HAWSER-";

    const string HostEndPrefix = "hwp";
    const string ContainerEndPrefix = "hwc";
    const string BridgePrefix = "ovsbr-";
    const string Digits = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The bridge of a network that names none.</summary>
    public static string Bridge(NetworkId network) => BridgePrefix + Hash(network.Value, LinkLength - BridgePrefix.Length);

    /// <summary>The host's end of an endpoint's veth pair, which is also the OVS port's name.</summary>
    public static string HostEnd(EndpointId endpoint) => HostEndPrefix + Hash(endpoint.Value, LinkLength - HostEndPrefix.Length);

    /// <summary>The container's end of an endpoint's veth pair, before Docker moves and renames it.</summary>
    public static string ContainerEnd(EndpointId endpoint) => ContainerEndPrefix + Hash(endpoint.Value, LinkLength - ContainerEndPrefix.Length);

    /// <summary>The internal port that holds the gateway of a VLAN on a bridge: "br0.100", or a hash where that is too long.</summary>
    public static string VlanPort(string bridge, int vlan)
    {
        var plain = string.Create(CultureInfo.InvariantCulture, $"{bridge}.{vlan}");
        return plain.Length <= LinkLength ? plain : "hwv" + Hash(plain, LinkLength - 3);
    }

    /// <summary>The chain of a published port's or network's rules.</summary>
    public static string Chain(string suffix) => ChainPrefix + suffix;

    /// <summary>What a link's alias says: whose it is and which unit needs it.</summary>
    public static string Alias(InstanceId instance, UnitId unit) => $"{AliasPrefix}{instance}:{unit}";

    /// <summary>The instance and unit out of a link's alias, or null if the link is not Hawser's.</summary>
    public static (InstanceId Instance, UnitId Unit)? ParseAlias(string? alias)
    {
        if (alias is null || !alias.StartsWith(AliasPrefix, StringComparison.Ordinal)) return null;
        var rest = alias[AliasPrefix.Length..];
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 ? null : (new InstanceId(rest[..colon]), new UnitId(rest[(colon + 1)..]));
    }

    static string Hash(string text, int length)
    {
        var hash = StableHash.Of(text);
        Span<char> name = stackalloc char[length];
        for (var i = 0; i < length; i++, hash >>= 5) name[i] = Digits[(int)(hash & 31)];
        return new string(name);
    }
}
