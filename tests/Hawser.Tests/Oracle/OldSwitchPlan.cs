#pragma warning disable
using System.Collections.Immutable;
using System.Globalization;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Core;
using Hawser.Ovsdb.Sync;

namespace Hawser.Tests.Oracle;

/// <summary>What networks and endpoints need of OVN.</summary>
static class OldSwitchPlan
{
    /// <summary>The share that this host's networks have in a switch; null without any.</summary>
    public static OldUnit? For(string name, HostIntent intent, HostFacts facts)
    {
        var unit = UnitId.Switch(name);
        var networks = intent.LiveIn(unit).ToImmutableArray();
        if (networks.IsEmpty) return null;
        var routed = networks.Where(n => n.Vrf is not null).ToImmutableArray();
        var resolved = networks.Where(n => n.Logical!.Dns).ToImmutableArray();
        return new OldUnit(unit)
        {
            Switch = new OldSwitch(name, networks.ToImmutableSortedDictionary(n => Marks.ShareKey(facts.Ovn.Chassis ?? "", n.Id), _ => facts.Instance.Value),
                routed.FirstOrDefault()?.Vrf, [.. routed.Concat(resolved).SelectMany(n => n.GatewaySubnets).Select(s => $"{s.Gateway}/{s.Pool.PrefixLength}").Distinct().Order(StringComparer.Ordinal)])
            {
                HasResolver = !resolved.IsEmpty,
                // A domain's names are its router's to tell.
                Names = ContainerNames.Short(networks, intent).AddRange(ContainerNames.Qualified(networks.Except(routed), intent)),
            },
        };
    }

    /// <summary>The names of this host's containers on a switch, as a row that the switch refers to; null without any.</summary>
    public static RowPlacement? NamesRow(OldSwitch logicalSwitch, string chassis, InstanceId instance) => logicalSwitch.Names.IsEmpty ? null
        : new RowPlacement(RowKey.Named(Northbound.LogicalSwitch, logicalSwitch.Name), Northbound.DnsRecords, Marks.OfHost(
            ContainerNames.Row($"{logicalSwitch.Name}@{chassis}", logicalSwitch.Names), UnitId.Switch(logicalSwitch.Name), chassis, instance));

    /// <summary>The port that an endpoint has on its network's switch.</summary>
    public static OldSwitchPort Port(EndpointRecord endpoint, NetworkRecord network, LogicalSwitch logical, HostFacts facts)
    {
        var chassis = facts.Ovn.Chassis ?? "";
        var ids = ImmutableSortedDictionary.CreateRange<string, string>(
        [
            new(Marks.InstanceKey, facts.Instance.Value), new(Marks.UnitKey, endpoint.Unit.Value), new(Marks.HostKey, chassis),
            new(Northbound.SwitchKey, logical.Name), new(Northbound.NetworkKey, network.Id.Value),
        ]);
        if (endpoint.Address is { } address) ids = ids.Add(Northbound.AddressKey, address.ToString());
        if (endpoint.AddressIPv6 is { } addressIPv6) ids = ids.Add(Northbound.AddressIPv6Key, addressIPv6.ToString());
        if (endpoint.Container is { } container) ids = ids.Add(Northbound.ContainerKey, container);
        // A nested port is bound where its parent is.
        if (logical.Parent is { } parent)
        {
            return new OldSwitchPort(logical.Name, endpoint.Id.Value, Addresses(endpoint), logical.PortSecurity, ImmutableSortedDictionary<string, string>.Empty, ids)
            {
                Nested = (parent, endpoint.NestedVlan ?? 0),
            };
        }
        var options = ImmutableSortedDictionary.CreateRange<string, string>(
        [
            // Of two hosts that have an interface for one port, only this one may bind it; and of this host's, only this life's.
            new("requested-chassis", chassis), new("iface-id-ver", Version(endpoint)),
        ]);
        return new OldSwitchPort(logical.Name, endpoint.Id.Value, Addresses(endpoint), logical.PortSecurity, options, ids);
    }

    /// <summary>What tells an interface of this endpoint's from one of an earlier endpoint with the same id.</summary>
    public static string Version(EndpointRecord endpoint) => endpoint.CreatedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    static string Addresses(EndpointRecord endpoint) =>
        string.Join(' ', new[] { endpoint.Mac.ToString(), endpoint.Address?.ToString(), endpoint.AddressIPv6?.ToString() }.OfType<string>());
}
