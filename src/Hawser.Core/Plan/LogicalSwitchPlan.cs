using System.Collections.Immutable;
using System.Net;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Tables;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>
/// What a logical switch needs: this host's share of it, a router's port if it has a gateway, and the names of containers.
/// </summary>
sealed class LogicalSwitchPlan
{
    readonly string _name;
    readonly ImmutableArray<NetworkRecord> _networks;
    readonly NorthboundView _view;

    LogicalSwitchPlan(string name, ImmutableArray<NetworkRecord> networks, NorthboundView view) =>
        (_name, _networks, _view) = (name, networks, view);

    UnitId Unit => UnitId.Switch(_name);

    RowKey Key => RowKey.Named(Northbound.LogicalSwitch, _name);

    IEnumerable<NetworkRecord> Routed => _networks.Where(n => n.Vrf is not null);

    IEnumerable<NetworkRecord> Resolved => _networks.Where(n => n.Logical!.Dns);

    // The routing domain whose router is on the switch.
    string? Vrf => Routed.FirstOrDefault()?.Vrf;

    // Whether the switch has a router of its own that holds the gateways' addresses, where containers ask for names.
    bool HasResolver => Resolved.Any();

    IEnumerable<string> Gateways =>
        Routed.Concat(Resolved).SelectMany(n => n.GatewaySubnets).Select(s => $"{s.Gateway}/{s.Pool.PrefixLength}").Distinct();

    /// <summary>What this host's networks need of a switch. Null if there are none on it.</summary>
    public static DesiredUnit? For(string name, HostIntent intent, HostFacts facts, NorthboundView view)
    {
        var networks = intent.LiveIn(UnitId.Switch(name)).ToImmutableArray();
        return networks.IsEmpty ? null : new LogicalSwitchPlan(name, networks, view).Plan(intent, facts);
    }

    /// <summary>What a host gives up when it no longer has a network on a switch.</summary>
    public static LeftShare Leaving(string name, NorthboundView view)
    {
        ImmutableArray<string> routerPorts = [.. view.RouterPortsOn(name).Select(p => p.Name)];
        return new LeftShare(RowKey.Named(Northbound.LogicalSwitch, name), [])
        {
            LastRows =
            [
                .. routerPorts.Select(port => RowKey.Named(Northbound.LogicalSwitchPort, Names.Peer(port))),
                .. routerPorts.Select(port => RowKey.Named(Northbound.LogicalRouterPort, port)),
                RowKey.Named(Northbound.LogicalRouter, Names.Resolver(name)),
            ],
        };
    }

    DesiredUnit Plan(HostIntent intent, HostFacts facts)
    {
        var chassis = facts.Ovn.Chassis ?? "";
        var shares = _networks.ToImmutableSortedDictionary(n => Marks.ShareKey(chassis, n.Id), _ => facts.Instance.Value);
        return new DesiredUnit(Unit)
        {
            Refusal = Contradiction() ?? MixedResolver(shares.Keys),
            Share = new DesiredShare(Marks.Made(new RowSpec(Key)), shares),
            Northbound = [.. RouterRows(), .. NamesRows(intent, chassis, facts.Instance)],
        };
    }

    // The port that a router has on the switch, and the switch's end of it. The router is the domain's, or one that leads nowhere.
    // OVN answers a query for a name as the query crosses the switch, whatever its destination. The router that leads nowhere is
    // a destination: it refuses what OVN did not answer, so that Docker's resolver turns to its next server at once.
    IEnumerable<RowPlacement> RouterRows()
    {
        if (Vrf is null && !HasResolver) yield break;
        var (router, port) = Vrf is { } vrf
            ? (Names.Router(vrf), Names.RouterPort(vrf, _name))
            : (Names.Resolver(_name), Names.ResolverPort(_name));
        var key = RowKey.Named(Northbound.LogicalRouter, router);
        // Networks of other hosts may have named other gateways.
        var addresses = Gateways.Union(_view.RouterPortsOn(_name).SelectMany(p => p.Addresses)).Order(StringComparer.Ordinal);
        if (Vrf is null) yield return RowPlacement.Root(Shared(new RowSpec(key)));
        yield return new RowPlacement(key, "ports", Shared(LogicalRows.RouterPort(port, addresses)));
        yield return new RowPlacement(Key, "ports", Shared(LogicalRows.PeerPort(port)));
    }

    RowSpec Shared(RowSpec row)
    {
        var shared = Marks.Made(row).WithEntries(Marks.ExternalIds, (Northbound.SwitchKey, _name));
        return Vrf is { } vrf ? shared.WithEntries(Marks.ExternalIds, (Northbound.VrfKey, vrf)) : shared;
    }

    // The names of this host's containers. The qualified names in a domain are part of its router's plan.
    IEnumerable<RowPlacement> NamesRows(HostIntent intent, string chassis, InstanceId instance)
    {
        var names = ContainerNames.Of(intent, alone: _networks, qualified: _networks.Except(Routed));
        if (names.IsEmpty) yield break;
        var row = ContainerNames.Row($"{_name}@{chassis}", names);
        yield return new RowPlacement(Key, Northbound.DnsRecords, Marks.OfHost(row, Unit, chassis, instance));
    }

    string? Contradiction()
    {
        if (Vrf is null && !HasResolver) return null;
        foreach (var port in _view.RouterPorts)
        {
            if (port.Switch == _name && port.Vrf != Vrf)
            {
                var mine = Vrf is null ? "option ovn.dns: \"true\"" : $"option ovn.vrf: \"{Vrf}\"";
                var theirs = port.Vrf is null ? "with ovn.dns and in no domain" : $"in domain {port.Vrf}";
                return $"{mine} is not allowed: other networks have logical switch {_name} {theirs}";
            }
            if (port.Switch == _name || port.Vrf is null || port.Vrf != Vrf) continue;
            if (Overlapping(port) is { } subnet)
                return $"its subnet overlaps with {subnet} of logical switch {port.Switch}, which other hosts have in domain {Vrf}: "
                    + "choose another --subnet or ovn.vrf";
        }
        return null;
    }

    string? Overlapping(SwitchedRouterPort port)
    {
        var mine = Gateways.Select(AddressPool.SubnetOf).OfType<IPNetwork>().ToList();
        var held = port.Addresses.Select(AddressPool.SubnetOf).OfType<IPNetwork>();
        return held.Where(theirs => mine.Exists(m => AddressPool.Overlap(m, theirs))).Select(theirs => theirs.ToString()).FirstOrDefault();
    }

    // Either all networks of a switch have a router at the gateway's address, or none has. Without a router, a container may have it.
    string? MixedResolver(IEnumerable<string> shares)
    {
        if (Vrf is not null || HasResolver == _view.HasResolver(_name) || !_view.IsNewTo(_name, shares)) return null;
        var (mine, theirs) = HasResolver ? ("true", "without") : ("false", "with");
        return $"option ovn.dns: \"{mine}\" is not allowed: other networks have logical switch {_name} {theirs} it";
    }
}
