using System.Globalization;

namespace Hawser.Core;

/// <summary>
/// Every name that Hawser makes up, in one place. The name of a kernel link has at most 15 bytes (IFNAMSIZ), too few for Docker's
/// ids. So names are a hash of the id in base 32: 60 bits tell a thousand endpoints apart on all but one of a trillion hosts.
/// </summary>
public static class Names
{
    /// <summary>The longest name that the kernel takes for a link.</summary>
    public const int LinkLength = 15;

    /// <summary>What the alias of a link of ours starts with.</summary>
    public const string AliasPrefix = "hawser:";

    /// <summary>What the names of our iptables chains start with.</summary>
    public const string ChainPrefix = "HAWSER-";

    /// <summary>What a managed plugin's chain names start with. There may be one plugin for each driver, beside a service.</summary>
    public static string ManagedChainPrefix(string driver) => $"HAWSER_{driver.ToUpperInvariant()}-";

    const string HostEndPrefix = "hwp";
    const string AttachedEndPrefix = "hwa";
    const string TransitPrefix = "hwr";
    const string ContainerEndPrefix = "hwc";
    const string BridgePrefix = "ovsbr-";
    const string DockersBridgePrefix = "br-";
    const string Digits = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The bridge of a network that names none.</summary>
    public static string Bridge(NetworkId network) => BridgePrefix + Hash(network.Value, LinkLength - BridgePrefix.Length);

    /// <summary>The host's end of an endpoint's veth pair, which is also the OVS port's name.</summary>
    public static string HostEnd(EndpointId endpoint) => HostEndPrefix + Hash(endpoint.Value, LinkLength - HostEndPrefix.Length);

    /// <summary>The container's end of an endpoint's veth pair, before Docker moves and renames it.</summary>
    public static string ContainerEnd(EndpointId endpoint) =>
        ContainerEndPrefix + Hash(endpoint.Value, LinkLength - ContainerEndPrefix.Length);

    /// <summary>
    /// The host's end of an attachment's veth pair, which is also the OVS port's name. Each namespace of the container and each
    /// attachment has another, so that an earlier pair, which may be on its way out, is never taken for the one that is wanted.
    /// </summary>
    public static string HostEnd(AttachmentId attachment, string sandbox, DateTimeOffset createdAt) =>
        AttachedEndPrefix + Hash($"{attachment.Value} {sandbox} {createdAt.UtcTicks}", LinkLength - AttachedEndPrefix.Length);

    /// <summary>Whether a link's name is that of a unit's host end: of an endpoint's, or of any of an attachment's.</summary>
    public static bool IsHostEnd(string link, UnitId unit) => unit.EndpointId is { } endpoint
        ? link == HostEnd(endpoint)
        : unit.Kind == UnitKind.Attachment && link.StartsWith(AttachedEndPrefix, StringComparison.Ordinal);

    /// <summary>The internal port that holds the gateway of a VLAN on a bridge: "br0.100", or a hash where that is too long.</summary>
    public static string VlanPort(string bridge, int vlan)
    {
        var plain = string.Create(CultureInfo.InvariantCulture, $"{bridge}.{vlan}");
        return plain.Length <= LinkLength ? plain : "hwv" + Hash(plain, LinkLength - 3);
    }

    /// <summary>The internal port by which a host and its containers in a routing domain reach each other.</summary>
    public static string TransitLink(string vrf) => TransitPrefix + Hash(vrf, LinkLength - TransitPrefix.Length);

    /// <summary>The distributed router of a routing domain.</summary>
    public static string Router(string vrf) => $"hawser-{vrf}";

    /// <summary>The distributed router's port on a switch.</summary>
    public static string RouterPort(string vrf, string logicalSwitch) => $"{Router(vrf)}:switch:{logicalSwitch}";

    /// <summary>The router of a switch that is in no domain. Containers ask for names at its address.</summary>
    public static string Resolver(string logicalSwitch) => $"hawser-dns:{logicalSwitch}";

    /// <summary>That router's port on the switch.</summary>
    public static string ResolverPort(string logicalSwitch) => $"{Resolver(logicalSwitch)}:port";

    /// <summary>The switch between the distributed router and the hosts' gateway routers, and the former's port on it.</summary>
    public static string Join(string vrf) => $"{Router(vrf)}:join";

    /// <summary>The gateway router of a host.</summary>
    public static string GatewayRouter(string vrf, string chassis) => $"{Router(vrf)}@{chassis}";

    /// <summary>The gateway router's port towards the distributed router.</summary>
    public static string GatewayJoin(string vrf, string chassis) => $"{GatewayRouter(vrf, chassis)}:join";

    /// <summary>The switch between a gateway router and its host, and the gateway router's port on it.</summary>
    public static string Transit(string vrf, string chassis) => $"{GatewayRouter(vrf, chassis)}:transit";

    /// <summary>The host's port on that switch.</summary>
    public static string TransitHost(string vrf, string chassis) => $"{GatewayRouter(vrf, chassis)}:host";

    /// <summary>The switch's end of a router's port.</summary>
    public static string Peer(string routerPort) => $"{routerPort}:peer";

    /// <summary>What a link's alias says: whose it is and which unit needs it.</summary>
    public static string Alias(InstanceId instance, UnitId unit) => $"{AliasPrefix}{instance}:{unit}";

    /// <summary>The instance and unit in a link's alias, or null if the link is not Hawser's.</summary>
    public static (InstanceId Instance, UnitId Unit)? ParseAlias(string? alias)
    {
        if (alias is null || !alias.StartsWith(AliasPrefix, StringComparison.Ordinal)) return null;
        var rest = alias[AliasPrefix.Length..];
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 ? null : (new InstanceId(rest[..colon]), UnitId.Parse(rest[(colon + 1)..]));
    }

    /// <summary>
    /// Whether a link's name begins like those of Docker's bridges but is not one of theirs: "br-ex", "br-lan". Docker's are "br-"
    /// and twelve digits of the network's id.
    /// </summary>
    public static bool LooksLikeDockersBridge(string link) =>
        link.StartsWith(DockersBridgePrefix, StringComparison.Ordinal)
        && !(link.Length == LinkLength && link[DockersBridgePrefix.Length..].All(char.IsAsciiHexDigitLower));

    static string Hash(string text, int length)
    {
        var hash = StableHash.Of(text);
        Span<char> name = stackalloc char[length];
        for (var i = 0; i < length; i++, hash >>= 5) name[i] = Digits[(int)(hash & 31)];
        return new string(name);
    }
}
