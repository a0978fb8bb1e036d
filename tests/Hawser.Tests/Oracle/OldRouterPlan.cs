#pragma warning disable
using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Net;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Core;
using Hawser.Ovsdb.Sync;
using Hawser.Ovsdb;

namespace Hawser.Tests.Oracle;

/// <summary>
/// What a routing domain needs. Its switches hang on one distributed router, which holds their gateways on every host. What
/// leaves the domain goes by a join switch to the gateway router of the host that it comes from, which translates it to an
/// address of the host's transit subnet, and by an internal port of the integration bridge into the host.
/// </summary>
static class OldRouterPlan
{
    const int PolicyPriority = 100;

    static readonly ImmutableArray<AddressFamily> Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    /// <summary>This host's share of a routing domain, and its way out of it; null without networks in it.</summary>
    public static OldUnit? For(string vrf, HostIntent intent, HostFacts facts)
    {
        var unit = UnitId.Router(vrf);
        var networks = intent.LiveIn(unit).ToImmutableArray();
        if (networks.IsEmpty) return null;
        var chassis = facts.Ovn.Chassis ?? "";
        var link = Names.TransitLink(vrf);
        var router = new OldRouter(vrf, chassis, networks[0].Logical!.TransitSubnet,
            networks.ToImmutableSortedDictionary(n => Marks.ShareKey(chassis, n.Id), _ => facts.Instance.Value),
            [.. networks.SelectMany(n => n.GatewaySubnets).Select(s => s.Pool).Distinct().OrderBy(p => p.ToString(), StringComparer.Ordinal)])
        {
            Names = ContainerNames.Qualified(networks, intent),
        };

        var port = Rows.InternalPort(link);
        port = Rows.WithMac(port, HostMac(router).ToString());
        if (networks.Select(n => n.Options.Mtu).Min() is { } mtu) port = Rows.WithMtu(port, mtu);
        port = Rows.WithInterfaceEntries(port, ("iface-id", Names.TransitHost(vrf, chassis)));
        return new OldUnit(unit)
        {
            Rows = [new RowPlacement(RowKey.Named(Vswitch.Bridge, facts.Ovn.Bridge), "ports", Rows.Marked(port, unit, facts))],
            Interfaces = [link],
            LogicalPort = Names.TransitHost(vrf, chassis),
            Router = router,
            Gateways = [new DesiredGateway(link, [.. router.Families.Select(f => new LinkAddress(Transit.Address(router.TransitSubnet, Transit.HostPlace, f), Transit.Subnet(router.TransitSubnet, f).PrefixLength))], []) { IsOnly = true }],
        };
    }

    /// <summary>The rows of a domain that all its hosts share, beside the router itself.</summary>
    public static IEnumerable<RowPlacement> SharedRows(string vrf)
    {
        var (router, join) = (RowKey.Named(Northbound.LogicalRouter, Names.Router(vrf)), Names.Join(vrf));
        RowSpec Shared(RowSpec row) => row.WithEntries(Marks.ExternalIds, (Marks.MadeKey, "true"), (Northbound.VrfKey, vrf));

        yield return RowPlacement.Root(Shared(new RowSpec(RowKey.Named(Northbound.LogicalSwitch, join))));
        yield return new RowPlacement(router, "ports", Shared(RouterPort(join, Mac(join), Families.Select(f => Cidr(Transit.Join(Transit.DistributedPlace, f))))));
        yield return new RowPlacement(RowKey.Named(Northbound.LogicalSwitch, join), "ports", Shared(PeerPort(join)));
        foreach (var family in Families)
        {
            yield return new RowPlacement(router, "static_routes", Shared(Route($"{Names.Router(vrf)} default {Of(family)}", Default(family), Transit.Join(Transit.NobodysPlace, family).Address)));
        }
    }

    /// <summary>A host's own rows in a domain: its gateway router and what leads there.</summary>
    /// <param name="router">The host's share.</param>
    /// <param name="place">The gateway router's place between the routers.</param>
    /// <param name="instance">Whose rows they are.</param>
    public static IEnumerable<RowPlacement> GatewayRows(OldRouter router, int place, InstanceId instance)
    {
        var (vrf, chassis) = (router.Vrf, router.Chassis);
        var distributed = RowKey.Named(Northbound.LogicalRouter, Names.Router(vrf));
        var gateway = RowKey.Named(Northbound.LogicalRouter, Names.GatewayRouter(vrf, chassis));
        var (join, transit, host) = (Names.GatewayJoin(vrf, chassis), Names.Transit(vrf, chassis), Names.TransitHost(vrf, chassis));
        var transitSwitch = RowKey.Named(Northbound.LogicalSwitch, transit);
        RowSpec Own(RowSpec row) => Marks.OfHost(row, UnitId.Router(vrf), chassis, instance);

        yield return RowPlacement.Root(Own(new RowSpec(gateway).WithEntries(Northbound.Options, ("chassis", chassis))));
        yield return new RowPlacement(gateway, "ports", Own(RouterPort(join, Mac(join), Families.Select(f => Cidr(Transit.Join(place, f))))));
        yield return new RowPlacement(RowKey.Named(Northbound.LogicalSwitch, Names.Join(vrf)), "ports", Own(PeerPort(join)));

        yield return RowPlacement.Root(Own(new RowSpec(transitSwitch)));
        yield return new RowPlacement(gateway, "ports", Own(RouterPort(transit, Mac(transit), Families.Select(f => InTransit(router, Transit.RouterPlace, f)))));
        yield return new RowPlacement(transitSwitch, "ports", Own(PeerPort(transit)));
        yield return new RowPlacement(transitSwitch, "ports", Own(new RowSpec(RowKey.Named(Northbound.LogicalSwitchPort, host))
            .With("addresses", Datum.Of(string.Join(' ', Families.Select(f => Transit.Address(router.TransitSubnet, Transit.HostPlace, f).ToString()).Prepend(HostMac(router).ToString()))))
            .WithEntries(Northbound.Options, ("requested-chassis", chassis))));

        foreach (var family in router.Families)
        {
            var key = $"{gateway.Value} {Of(family)}";
            yield return new RowPlacement(gateway, "static_routes", Own(Route($"{key} out", Default(family), Transit.Address(router.TransitSubnet, Transit.HostPlace, family))));
            // The distributed router runs on every host, and this matches on the one only that its packets come from. Of the host's
            // ports only the gateway router's can be asked for: ovn-controller 23.03 may bind an interface's port without looking
            // at the flows that depend on it, when the southbound database is busy at that moment.
            yield return new RowPlacement(distributed, "policies", Own(new RowSpec(Marks.Keyed(Northbound.LogicalRouterPolicy, key))
                .With("priority", Datum.Of(PolicyPriority))
                .With("match", Datum.Of($"{(family == AddressFamily.InterNetwork ? "ip4" : "ip6")} && outport == \"{Names.Join(vrf)}\" && is_chassis_resident(\"{join}\")"))
                .With("action", Datum.Of("reroute"))
                .With("nexthops", Datum.Of(Transit.Join(place, family).Address.ToString()))));
        }
        foreach (var subnet in router.Subnets)
        {
            var family = subnet.BaseAddress.AddressFamily;
            yield return new RowPlacement(gateway, "static_routes", Own(Route($"{gateway.Value} {subnet}", subnet.ToString(), Transit.Join(Transit.DistributedPlace, family).Address)));
            yield return new RowPlacement(gateway, "nat", Own(Translation($"{gateway.Value} {subnet}", "snat", Transit.Address(router.TransitSubnet, Transit.RouterPlace, family), subnet.ToString())));
        }
    }

    /// <summary>The rows that lead from an endpoint's transit address to the endpoint, both ways.</summary>
    public static IEnumerable<RowPlacement> PublishedRows(EndpointRecord endpoint, NetworkRecord network, HostFacts facts)
    {
        if (network.Vrf is not { } vrf || endpoint.TransitPlace is null) yield break;
        var chassis = facts.Ovn.Chassis ?? "";
        var gateway = RowKey.Named(Northbound.LogicalRouter, Names.GatewayRouter(vrf, chassis));
        foreach (var family in Families)
        {
            if (Transit.ReachedAt(endpoint, network, family) is not { } reachedAt) continue;
            var address = family == AddressFamily.InterNetwork ? endpoint.Address! : endpoint.AddressIPv6!;
            yield return new RowPlacement(gateway, "nat", Marks.OfHost(Translation($"{endpoint.Id} {Of(family)}", "dnat_and_snat", reachedAt, address.ToString()), endpoint.Unit, chassis, facts.Instance));
        }
    }

    /// <summary>
    /// The port that a router has on a switch, and the switch's end of it: the domain's, or one that leads nowhere. OVN answers
    /// for names that a question crosses the switch with, wherever to; that router takes it, and refuses what nobody answered,
    /// so that the resolver of Docker turns to its next server at once.
    /// </summary>
    public static IEnumerable<RowPlacement> SwitchRows(OldSwitch logicalSwitch)
    {
        var name = logicalSwitch.Name;
        if (logicalSwitch is { Vrf: null, HasResolver: false }) yield break;
        var (router, port) = logicalSwitch.Vrf is { } vrf ? (Names.Router(vrf), Names.RouterPort(vrf, name)) : (Names.Resolver(name), Names.ResolverPort(name));
        var key = RowKey.Named(Northbound.LogicalRouter, router);
        if (logicalSwitch.Vrf is null) yield return RowPlacement.Root(Shared(new RowSpec(key)));
        yield return new RowPlacement(key, "ports", Shared(RouterPort(port, Mac(port), logicalSwitch.Gateways)));
        yield return new RowPlacement(RowKey.Named(Northbound.LogicalSwitch, name), "ports", Shared(PeerPort(port)));

        RowSpec Shared(RowSpec row)
        {
            var shared = row.WithEntries(Marks.ExternalIds, (Marks.MadeKey, "true"), (Northbound.SwitchKey, name));
            return logicalSwitch.Vrf is { } domain ? shared.WithEntries(Marks.ExternalIds, (Northbound.VrfKey, domain)) : shared;
        }
    }

    /// <summary>The names of a host's containers that every switch of the domain is to answer for, as a row that switches refer to; null without any.</summary>
    public static RowSpec? NamesRow(OldRouter router, InstanceId instance) =>
        router.Names.IsEmpty ? null : Marks.OfHost(ContainerNames.Row(Names.GatewayRouter(router.Vrf, router.Chassis), router.Names), UnitId.Router(router.Vrf), router.Chassis, instance);

    static RowSpec RouterPort(string name, MacAddress mac, IEnumerable<string> networks) =>
        new RowSpec(RowKey.Named(Northbound.LogicalRouterPort, name)).With("mac", Datum.Of(mac.ToString())).With("networks", Datum.Set(networks.Select(n => (Atom)n)));

    static RowSpec PeerPort(string routerPort) => new RowSpec(RowKey.Named(Northbound.LogicalSwitchPort, Names.Peer(routerPort)))
        .With("type", Datum.Of("router")).With("addresses", Datum.Of("router")).WithEntries(Northbound.Options, ("router-port", routerPort));

    static RowSpec Route(string key, string destination, IPAddress nexthop) =>
        new RowSpec(Marks.Keyed(Northbound.StaticRoute, key)).With("ip_prefix", Datum.Of(destination)).With("nexthop", Datum.Of(nexthop.ToString()));

    static RowSpec Translation(string key, string type, IPAddress outside, string inside) =>
        new RowSpec(Marks.Keyed(Northbound.Nat, key)).With("type", Datum.Of(type)).With("external_ip", Datum.Of(outside.ToString())).With("logical_ip", Datum.Of(inside));

    // Every host computes the same.
    static MacAddress Mac(string routerPort) => MacAddress.For(routerPort, []);

    static MacAddress HostMac(OldRouter router) => Mac(Names.TransitHost(router.Vrf, router.Chassis));

    static string InTransit(OldRouter router, int place, AddressFamily family) =>
        Cidr((Transit.Address(router.TransitSubnet, place, family), Transit.Subnet(router.TransitSubnet, family).PrefixLength));

    static string Cidr((IPAddress Address, int PrefixLength) of) => string.Create(CultureInfo.InvariantCulture, $"{of.Address}/{of.PrefixLength}");

    static string Default(AddressFamily family) => family == AddressFamily.InterNetwork ? "0.0.0.0/0" : "::/0";

    static string Of(AddressFamily family) => family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
}
