using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>
/// A host's own way out of a routing domain: its gateway router, the switch between that router and the host, and what leads there.
/// </summary>
/// <param name="vrf">The domain.</param>
/// <param name="chassis">The host.</param>
/// <param name="networks">The host's networks in the domain; at least one.</param>
sealed class GatewayRouter(string vrf, string chassis, ImmutableArray<NetworkRecord> networks)
{
    const int PolicyPriority = 100;

    public string Vrf => vrf;

    public string Chassis => chassis;

    public ImmutableArray<NetworkRecord> Networks => networks;

    /// <summary>The router's name.</summary>
    public string Name => Names.GatewayRouter(vrf, chassis);

    /// <summary>The link by which the host reaches the domain.</summary>
    public string HostLink => Names.TransitLink(vrf);

    /// <summary>That link's MAC address.</summary>
    public MacAddress HostMac => LogicalRows.MacOf(Names.TransitHost(vrf, chassis));

    /// <summary>The address families of the host's networks.</summary>
    public IEnumerable<AddressFamily> Families => Subnets.Select(s => s.BaseAddress.AddressFamily).Distinct().Order();

    ImmutableArray<IPNetwork> Subnets { get; } =
        [.. networks.SelectMany(n => n.GatewaySubnets).Select(s => s.Pool).Distinct().OrderBy(p => p.ToString(), StringComparer.Ordinal)];

    // The number of the host's transit subnet that leads there.
    int TransitSubnet => networks[0].Logical!.TransitSubnet;

    RowKey Key => RowKey.Named(Northbound.LogicalRouter, Name);

    /// <summary>The address of <see cref="HostLink"/>.</summary>
    public LinkAddress HostAddress(AddressFamily family) => InTransit(Transit.HostPlace, family);

    /// <summary>The rows, without marks.</summary>
    /// <param name="place">The router's place among the domain's routers.</param>
    public IEnumerable<RowPlacement> Rows(int place) =>
    [
        .. Ends(place),
        .. Families.SelectMany(family => WaysOut(place, family)),
        .. Subnets.SelectMany(Ways),
    ];

    /// <summary>"IPv4" or "IPv6".</summary>
    public static string Of(AddressFamily family) => family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";

    /// <summary>All addresses of a family.</summary>
    public static string Default(AddressFamily family) => family == AddressFamily.InterNetwork ? "0.0.0.0/0" : "::/0";

    // The router with its two ports: one on the switch between the domain's routers, one towards the host.
    IEnumerable<RowPlacement> Ends(int place)
    {
        var (join, transit) = (Names.GatewayJoin(vrf, chassis), Names.Transit(vrf, chassis));
        var transitSwitch = RowKey.Named(Northbound.LogicalSwitch, transit);

        yield return RowPlacement.Root(new RowSpec(Key).WithEntries(Northbound.Options, ("chassis", chassis)));
        yield return new RowPlacement(Key, "ports", LogicalRows.RouterPort(join, Transit.Families.Select(f => Transit.JoinCidr(place, f))));
        yield return new RowPlacement(RowKey.Named(Northbound.LogicalSwitch, Names.Join(vrf)), "ports", LogicalRows.PeerPort(join));

        yield return RowPlacement.Root(new RowSpec(transitSwitch));
        var addresses = Transit.Families.Select(f => InTransit(Transit.RouterPlace, f).ToString());
        yield return new RowPlacement(Key, "ports", LogicalRows.RouterPort(transit, addresses));
        yield return new RowPlacement(transitSwitch, "ports", LogicalRows.PeerPort(transit));
        yield return new RowPlacement(transitSwitch, "ports", HostPort());
    }

    RowSpec HostPort()
    {
        var addresses = Transit.Families.Select(f => HostAddress(f).Address.ToString()).Prepend(HostMac.ToString());
        return new RowSpec(RowKey.Named(Northbound.LogicalSwitchPort, Names.TransitHost(vrf, chassis)))
            .With("addresses", Datum.Of(string.Join(' ', addresses)))
            .WithEntries(Northbound.Options, ("requested-chassis", chassis));
    }

    IEnumerable<RowPlacement> WaysOut(int place, AddressFamily family)
    {
        var key = $"{Name} {Of(family)}";
        yield return new RowPlacement(Key, "static_routes", LogicalRows.Route($"{key} out", Default(family), HostAddress(family).Address));
        yield return new RowPlacement(RowKey.Named(Northbound.LogicalRouter, Names.Router(vrf)), "policies",
            new RowSpec(Marks.Keyed(Northbound.LogicalRouterPolicy, key))
                .With("priority", Datum.Of(PolicyPriority))
                .With("match", Datum.Of(FromThisHost(family)))
                .With("action", Datum.Of("reroute"))
                .With("nexthops", Datum.Of(Transit.Join(place, family).Address.ToString())));
    }

    // The distributed router runs on every host. This matches only on the host that the packets come from. Of the host's
    // ports, only the gateway router's can be asked for: if the southbound database is busy at that moment, ovn-controller
    // 23.03 may bind an interface's port without looking at the flows that depend on it.
    string FromThisHost(AddressFamily family) =>
        $"{(family == AddressFamily.InterNetwork ? "ip4" : "ip6")} && outport == \"{Names.Join(vrf)}\" "
        + $"&& is_chassis_resident(\"{Names.GatewayJoin(vrf, chassis)}\")";

    IEnumerable<RowPlacement> Ways(IPNetwork subnet)
    {
        var (key, family) = ($"{Name} {subnet}", subnet.BaseAddress.AddressFamily);
        var inwards = LogicalRows.Route(key, subnet.ToString(), Transit.Join(Transit.DistributedPlace, family).Address);
        var outwards = LogicalRows.Translation(key, "snat", InTransit(Transit.RouterPlace, family).Address, subnet.ToString());
        yield return new RowPlacement(Key, "static_routes", inwards);
        yield return new RowPlacement(Key, "nat", outwards);
    }

    LinkAddress InTransit(int place, AddressFamily family) =>
        new(Transit.Address(TransitSubnet, place, family), Transit.Subnet(TransitSubnet, family).PrefixLength);
}
