#pragma warning disable
using System.Collections.Immutable;
using System.Net.Sockets;
using System.Net;
using Hawser.Core.Plan;
using Hawser.Core;
using Hawser.Ovsdb.Sync;

namespace Hawser.Tests.Oracle;

/// <summary>All that must exist for one unit: rows, links, addresses.</summary>
sealed record OldUnit(UnitId Unit)
{
    /// <summary>Rows of the Open_vSwitch database, parents before children.</summary>
    public ImmutableArray<RowPlacement> Rows { get; init; } = [];

    /// <summary>Ports among them that are used as they are where they exist without a mark: uplinks and VLANs' ports that were there before.</summary>
    public ImmutableArray<string> Borrowed { get; init; } = [];

    /// <summary>The interfaces among them that ovs-vswitchd must have given an OpenFlow port.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>The endpoint's veth pair.</summary>
    public DesiredVeth? Veth { get; init; }

    /// <summary>The bridge's internal ports that hold gateway addresses.</summary>
    public ImmutableArray<DesiredGateway> Gateways { get; init; } = [];

    /// <summary>The logical port that its interfaces are bound to: ovn-controller must have installed the flows.</summary>
    public string? LogicalPort { get; init; }

    /// <summary>This host's share of a routing domain.</summary>
    public OldRouter? Router { get; init; }

    /// <summary>This host's share of a logical switch.</summary>
    public OldSwitch? Switch { get; init; }

    /// <summary>The endpoint's port of a logical switch.</summary>
    public OldSwitchPort? SwitchPort { get; init; }

    /// <summary>Rows of the northbound database that make the endpoint reachable from its host, for published ports.</summary>
    public ImmutableArray<RowPlacement> PublishedRows { get; init; } = [];

    /// <summary>Links of the host that must be up: the bridge's uplinks.</summary>
    public ImmutableArray<string> Uplinks { get; init; } = [];
}

/// <summary>A routing domain that this host has networks in.</summary>
/// <param name="Vrf">Its name.</param>
/// <param name="Chassis">This host.</param>
/// <param name="TransitSubnet">Which of the host's transit subnets leads there.</param>
/// <param name="Shares">The keys of the distributed router's external_ids that say so, and what they hold.</param>
/// <param name="Subnets">The subnets of this host's networks in it.</param>
sealed record OldRouter(string Vrf, string Chassis, int TransitSubnet, ImmutableSortedDictionary<string, string> Shares, ImmutableArray<IPNetwork> Subnets)
{
    /// <summary>The names of this host's containers that all of the domain may ask for, "web.office", with their addresses.</summary>
    public ImmutableSortedDictionary<string, string> Names { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The address families of its subnets.</summary>
    public IEnumerable<AddressFamily> Families => Subnets.Select(s => s.BaseAddress.AddressFamily).Distinct().Order();
}

/// <summary>A logical switch that this host has networks on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shares">The keys of external_ids that say so, and what they hold.</param>
/// <param name="Vrf">The routing domain whose router is on it, or null.</param>
/// <param name="Gateways">The router's addresses on it, each with the length of its subnet's prefix.</param>
sealed record OldSwitch(string Name, ImmutableSortedDictionary<string, string> Shares, string? Vrf, ImmutableArray<string> Gateways)
{
    /// <summary>Whether a router of its own has the gateways' addresses, for containers to ask for names there.</summary>
    public bool HasResolver { get; init; }

    /// <summary>The names of this host's containers that all on the switch may ask for, with their addresses.</summary>
    public ImmutableSortedDictionary<string, string> Names { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A port of a logical switch.</summary>
/// <param name="Switch">The switch's name.</param>
/// <param name="Name">Its name, which is also the iface-id of the interface that it is bound to.</param>
/// <param name="Addresses">MAC and IP addresses as ovn-nb(5) writes them: "02:42:0a:09:00:05 10.9.0.5".</param>
/// <param name="HasPortSecurity">Whether nothing else may be sent from.</param>
/// <param name="Options">The keys of its options that are ours.</param>
/// <param name="ExternalIds">The keys of its external_ids that are ours.</param>
sealed record OldSwitchPort(
    string Switch, string Name, string Addresses, bool HasPortSecurity,
    ImmutableSortedDictionary<string, string> Options, ImmutableSortedDictionary<string, string> ExternalIds)
{
    /// <summary>The port that it is nested in, and the VLAN of its frames there; null for a port of its own.</summary>
    public (string Parent, int Vlan)? Nested { get; init; }
}

