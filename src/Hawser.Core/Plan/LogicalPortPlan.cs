using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>What an endpoint of a logical network needs of OVN: its port, and translations for its published ports.</summary>
static class LogicalPortPlan
{
    /// <summary>The endpoint's rows in the northbound database.</summary>
    public static ImmutableArray<RowPlacement> Rows(
        EndpointRecord endpoint, NetworkRecord network, LogicalSwitch logical, HostFacts facts) =>
    [
        new RowPlacement(RowKey.Named(Northbound.LogicalSwitch, logical.Name), "ports", Port(endpoint, network, logical, facts)),
        .. PublishedRows(endpoint, network, facts),
    ];

    /// <summary>The addresses that no other port of the switch may have.</summary>
    public static ImmutableArray<AddressClaim> Claims(EndpointRecord endpoint, LogicalSwitch logical) =>
        [.. Addresses(endpoint).Select(a => new AddressClaim(endpoint.Id.Value, logical.Name, a.Key, a.Address))];

    /// <summary>Tells an interface of this endpoint from one of an earlier endpoint with the same id.</summary>
    public static string Version(EndpointRecord endpoint) =>
        endpoint.CreatedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    static RowSpec Port(EndpointRecord endpoint, NetworkRecord network, LogicalSwitch logical, HostFacts facts)
    {
        var chassis = facts.Ovn.Chassis ?? "";
        // As ovn-nb(5) writes them: "02:42:0a:09:00:05 10.9.0.5".
        var addresses = Datum.Of(string.Join(' ', Addresses(endpoint).Select(a => a.Address).Prepend(endpoint.Mac.ToString())));
        var port = new RowSpec(RowKey.Named(Northbound.LogicalSwitchPort, endpoint.Id.Value))
            .With("addresses", addresses)
            .With("port_security", logical.PortSecurity ? addresses : Datum.Empty)
            .WithEntries(Marks.ExternalIds, [.. Addresses(endpoint)])
            .WithEntries(Marks.ExternalIds, (Northbound.SwitchKey, logical.Name), (Northbound.NetworkKey, network.Id.Value));
        if (endpoint.Container is { } container) port = port.WithEntries(Marks.ExternalIds, (Northbound.ContainerKey, container));
        port = logical.Parent is { } parent
            // A nested port is bound where its parent is.
            ? port.With("parent_name", Datum.Of(parent)).With("tag", Datum.Of(endpoint.NestedVlan ?? 0))
            // If two hosts have an interface for one port, only this host may bind it, and only with this endpoint's interface, not
            // with one of an earlier endpoint with the same id.
            : port.WithEntries(Northbound.Options, ("requested-chassis", chassis), ("iface-id-ver", Version(endpoint)));
        return Marks.OfHost(port, endpoint.Unit, chassis, facts.Instance);
    }

    // Translates between an endpoint's transit address and its own, both ways.
    static IEnumerable<RowPlacement> PublishedRows(EndpointRecord endpoint, NetworkRecord network, HostFacts facts)
    {
        if (network.Vrf is not { } vrf || endpoint.TransitPlace is null) yield break;
        var chassis = facts.Ovn.Chassis ?? "";
        var gateway = RowKey.Named(Northbound.LogicalRouter, Names.GatewayRouter(vrf, chassis));
        foreach (var family in Transit.Families)
        {
            if (Transit.ReachedAt(endpoint, network, family) is not { } reachedAt) continue;
            var row = LogicalRows.Translation(
                $"{endpoint.Id} {GatewayRouter.Of(family)}", "dnat_and_snat", reachedAt, endpoint.AddressOf(family)!.ToString());
            yield return new RowPlacement(gateway, "nat", Marks.OfHost(row, endpoint.Unit, chassis, facts.Instance));
        }
    }

    static IEnumerable<(string Key, string Address)> Addresses(EndpointRecord endpoint) =>
        from family in Transit.Families
        where endpoint.AddressOf(family) is not null
        select (
            family == AddressFamily.InterNetwork ? Northbound.AddressKey : Northbound.AddressIPv6Key,
            endpoint.AddressOf(family)!.ToString());
}
