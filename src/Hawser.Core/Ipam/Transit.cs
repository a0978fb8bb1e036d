using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hawser.Core.Intent;

namespace Hawser.Core.Ipam;

/// <summary>
/// The addresses between a host and the containers behind a logical router. They are link-local and known to one host only,
/// so that routing domains may overlap with each other and with the host's own networks: when the host sees what leaves a
/// domain, its source is one of these, and what is published on the host goes to one of these. They are of both families,
/// from 169.254.192.0/18 and fd68:6177:7366::/48. A domain's routers have addresses of 169.254.0.0/17 between them, which no
/// host sees.
/// </summary>
public static class Transit
{
    /// <summary>The host's place in a transit subnet.</summary>
    public const int HostPlace = 1;

    /// <summary>The gateway router's place in a transit subnet.</summary>
    public const int RouterPlace = 2;

    /// <summary>The distributed router's place between the routers.</summary>
    public const int DistributedPlace = 1;

    /// <summary>A place between the routers that nobody has: a default route leads there, until a policy chooses the gateway.</summary>
    public const int NobodysPlace = 2;

    /// <summary>The first place between the routers that a gateway router may have.</summary>
    public const int FirstGatewayPlace = 3;

    /// <summary>The last place between the routers that a gateway router may have.</summary>
    public const int LastGatewayPlace = 0x7ffe;

    /// <summary>The families, IPv4 first.</summary>
    public static readonly ImmutableArray<AddressFamily> Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    const int FirstEndpointPlace = 3;
    const int LastEndpointPlace = 254;
    const int Subnets = 64;
    static readonly IPNetwork Joins = IPNetwork.Parse("169.254.0.0/17");
    static readonly IPNetwork JoinsIPv6 = IPNetwork.Parse("fd68:6177:7366::/64");
    static readonly IPNetwork All = IPNetwork.Parse("169.254.192.0/18");
    static readonly IPNetwork AllIPv6 = IPNetwork.Parse("fd68:6177:7366::/48");

    /// <summary>The address of a place between a domain's routers, with the length of its subnet's prefix.</summary>
    public static (IPAddress Address, int PrefixLength) Join(int place, AddressFamily family)
    {
        var subnet = family == AddressFamily.InterNetwork ? Joins : JoinsIPv6;
        return (At(subnet.BaseAddress, 0, place), subnet.PrefixLength);
    }

    /// <summary>The same as text, "169.254.0.1/17".</summary>
    public static string JoinCidr(int place, AddressFamily family)
    {
        var (address, prefixLength) = Join(place, family);
        return string.Create(CultureInfo.InvariantCulture, $"{address}/{prefixLength}");
    }

    /// <summary>One of the host's transit subnets.</summary>
    public static IPNetwork Subnet(int subnet, AddressFamily family) =>
        family == AddressFamily.InterNetwork
            ? new IPNetwork(At(All.BaseAddress, subnet << 8, 0), 24)
            : new IPNetwork(At(AllIPv6.BaseAddress, subnet + 1, 0), 64);

    /// <summary>The address of a place in a transit subnet.</summary>
    public static IPAddress Address(int subnet, int place, AddressFamily family) =>
        At(Subnet(subnet, family).BaseAddress, 0, place);

    /// <summary>
    /// Where the host reaches an endpoint for its published ports: its own address, unless a logical router lies between.
    /// </summary>
    public static IPAddress? ReachedAt(EndpointRecord endpoint, NetworkRecord network, AddressFamily family)
    {
        var address = family == AddressFamily.InterNetwork ? endpoint.Address : endpoint.AddressIPv6;
        if (address is null || network is not { Vrf: not null, Logical: { } logical }) return address;
        return endpoint.TransitPlace is { } place ? Address(logical.TransitSubnet, place, family) : null;
    }

    /// <summary>A network with its transit subnet, if it is in a routing domain.</summary>
    /// <exception cref="PluginException">There are too many domains.</exception>
    public static NetworkRecord Assign(NetworkRecord network, HostIntent intent)
    {
        if (network is not { Vrf: { } vrf, Logical: { } logical }) return network;
        var routed = intent.Networks.Values.Where(n => n.Vrf is not null && n.Id != network.Id).ToList();
        var subnet = routed.FirstOrDefault(n => n.Vrf == vrf)?.Logical?.TransitSubnet
            ?? Enumerable.Range(0, Subnets).Except(routed.Select(n => n.Logical!.TransitSubnet)).Select(i => (int?)i).FirstOrDefault()
            ?? throw new PluginException($"option ovn.vrf: \"{vrf}\" is not allowed: this host has {Subnets} routing domains already");
        return network with { Logical = logical with { TransitSubnet = subnet } };
    }

    /// <summary>An endpoint with a place where the host can reach it.</summary>
    /// <exception cref="PluginException">Its domain's places are all taken.</exception>
    public static EndpointRecord Assign(EndpointRecord endpoint, HostIntent intent)
    {
        if (endpoint.TransitPlace is not null || intent.NetworkOf(endpoint)?.Vrf is not { } vrf) return endpoint;
        var taken = intent.Endpoints.Values
            .Where(e => e.TransitPlace is not null && e.Id != endpoint.Id && intent.NetworkOf(e)?.Vrf == vrf)
            .Select(e => e.TransitPlace!.Value);
        var places = Enumerable.Range(FirstEndpointPlace, LastEndpointPlace - FirstEndpointPlace + 1);
        var place = places.Except(taken).Select(i => (int?)i).FirstOrDefault()
            ?? throw new PluginException(
                $"no port can be published: {LastEndpointPlace - FirstEndpointPlace + 1} containers in domain {vrf} of this host "
                + "publish ports already");
        return endpoint with { TransitPlace = place };
    }

    /// <summary>Whether a subnet overlaps with the addresses that are used here.</summary>
    public static bool Overlaps(IPNetwork subnet) => new[] { Joins, All, AllIPv6 }.Any(own => AddressPool.Overlap(own, subnet));

    static IPAddress At(IPAddress address, int subnet, int place)
    {
        var bytes = address.GetAddressBytes();
        var isIPv6 = bytes.Length == 16;
        // The subnet's number ends where the prefix does: at the 64th bit of an IPv6 address.
        if (isIPv6) bytes[7] += (byte)subnet;
        else place += subnet;
        bytes[^2] += (byte)(place >> 8);
        bytes[^1] += (byte)place;
        return new IPAddress(bytes);
    }
}
