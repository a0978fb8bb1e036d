using System.Collections.Immutable;
using System.Globalization;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Tables;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>
/// What a routing domain needs. Its switches hang on one distributed router, which holds their gateways on every host. A packet
/// that leaves the domain goes through a join switch to the gateway router of the host that it comes from. That router translates
/// its source to an address of the host's transit subnet. An internal port of the integration bridge leads it into the host.
/// </summary>
static class LogicalRouterPlan
{
    /// <summary>This host's share of a routing domain, and its way out. Null if the host has no networks in the domain.</summary>
    public static DesiredUnit? For(string vrf, HostIntent intent, HostFacts facts, NorthboundView view)
    {
        var unit = UnitId.Router(vrf);
        var networks = intent.LiveIn(unit).ToImmutableArray();
        if (networks.IsEmpty) return null;
        var chassis = facts.Ovn.Chassis ?? "";
        var gateway = new GatewayRouter(vrf, chassis, networks);
        var place = view.GatewayPlace(vrf, chassis);
        var names = NamesRow(gateway, ContainerNames.Of(intent, alone: [], qualified: networks));

        return new DesiredUnit(unit)
        {
            Share = Share(vrf, chassis, place, networks, facts.Instance),
            Northbound =
            [
                .. SharedRows(vrf),
                .. gateway.Rows(place).Concat(names is null ? [] : view.SwitchesIn(vrf).Select(s => InSwitch(s, names)))
                    .Select(p => p with { Row = Marks.OfHost(p.Row, unit, chassis, facts.Instance) }),
            ],
            Vswitch = [new RowPlacement(
                RowKey.Named(Vswitch.Bridge, facts.Ovn.Bridge), "ports", Rows.Marked(HostPort(gateway), unit, facts))],
            Awaits = [new AwaitedInterface(gateway.HostLink, Names.TransitHost(vrf, chassis))],
            Gateways = [new DesiredGateway(gateway.HostLink, [.. gateway.Families.Select(gateway.HostAddress)], []) { IsOnly = true }],
            NeedsRules = true,
        };
    }

    /// <summary>What a host that leaves a domain gives up.</summary>
    public static LeftShare Leaving(string vrf, string chassis, NorthboundView view) =>
        new(RowKey.Named(Northbound.LogicalRouter, Names.Router(vrf)), [Northbound.GatewayKey(chassis)])
        {
            LastRows =
            [
                .. view.SharedRouterPorts(vrf).Select(port => RowKey.Named(Northbound.LogicalRouterPort, port)),
                RowKey.Named(Northbound.LogicalSwitch, Names.Join(vrf)),
            ],
        };

    static DesiredShare Share(string vrf, string chassis, int place, ImmutableArray<NetworkRecord> networks, InstanceId instance) => new(
        Marks.Made(new RowSpec(RowKey.Named(Northbound.LogicalRouter, Names.Router(vrf))))
            .WithEntries(Marks.ExternalIds, (Northbound.VrfKey, vrf)),
        networks.ToImmutableSortedDictionary(n => Marks.ShareKey(chassis, n.Id), _ => instance.Value)
            .Add(Northbound.GatewayKey(chassis), place.ToString(CultureInfo.InvariantCulture)))
    {
        DependsOnOthers = true,
    };

    // What all hosts of a domain share besides the router itself.
    static IEnumerable<RowPlacement> SharedRows(string vrf)
    {
        var (router, join) = (RowKey.Named(Northbound.LogicalRouter, Names.Router(vrf)), Names.Join(vrf));
        RowSpec Shared(RowSpec row) => Marks.Made(row).WithEntries(Marks.ExternalIds, (Northbound.VrfKey, vrf));

        yield return RowPlacement.Root(Shared(new RowSpec(RowKey.Named(Northbound.LogicalSwitch, join))));
        var addresses = Transit.Families.Select(f => Transit.JoinCidr(Transit.DistributedPlace, f));
        yield return new RowPlacement(router, "ports", Shared(LogicalRows.RouterPort(join, addresses)));
        yield return new RowPlacement(RowKey.Named(Northbound.LogicalSwitch, join), "ports", Shared(LogicalRows.PeerPort(join)));
        foreach (var family in Transit.Families)
        {
            var route = LogicalRows.Route(
                $"{Names.Router(vrf)} default {GatewayRouter.Of(family)}",
                GatewayRouter.Default(family),
                Transit.Join(Transit.NobodysPlace, family).Address);
            yield return new RowPlacement(router, "static_routes", Shared(route));
        }
    }

    // The names of this host's containers. Every switch of the domain answers for them.
    static RowSpec? NamesRow(GatewayRouter gateway, ImmutableSortedDictionary<string, string> names) =>
        names.IsEmpty ? null : ContainerNames.Row(gateway.Name, names);

    static RowPlacement InSwitch(string logicalSwitch, RowSpec names) =>
        new(RowKey.Named(Northbound.LogicalSwitch, logicalSwitch), Northbound.DnsRecords, names);

    static RowSpec HostPort(GatewayRouter gateway)
    {
        var port = Rows.WithMac(Rows.InternalPort(gateway.HostLink), gateway.HostMac.ToString());
        if (gateway.Networks.Select(n => n.Options.Mtu).Min() is { } mtu) port = Rows.WithMtu(port, mtu);
        return Rows.WithInterfaceEntries(port, ("iface-id", Names.TransitHost(gateway.Vrf, gateway.Chassis)));
    }
}
