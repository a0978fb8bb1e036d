using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>All that must exist for one unit: rows, links, addresses.</summary>
public sealed record DesiredUnit(UnitId Unit)
{
    /// <summary>Rows of the Open_vSwitch database, parents before children.</summary>
    public ImmutableArray<RowPlacement> Rows { get; init; } = [];

    /// <summary>The interfaces among them that ovs-vswitchd must have given an OpenFlow port.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>The endpoint's veth pair.</summary>
    public DesiredVeth? Veth { get; init; }

    /// <summary>The bridge's internal ports that hold gateway addresses.</summary>
    public ImmutableArray<DesiredGateway> Gateways { get; init; } = [];

    /// <summary>The logical port that its interfaces are bound to: ovn-controller must have installed the flows.</summary>
    public string? LogicalPort { get; init; }

    /// <summary>This host's share of a routing domain.</summary>
    public DesiredRouter? Router { get; init; }

    /// <summary>This host's share of a logical switch.</summary>
    public DesiredSwitch? Switch { get; init; }

    /// <summary>The endpoint's port of a logical switch.</summary>
    public DesiredSwitchPort? SwitchPort { get; init; }

    /// <summary>Rows of the northbound database that make the endpoint reachable from its host, for published ports.</summary>
    public ImmutableArray<RowPlacement> PublishedRows { get; init; } = [];

    /// <summary>Links of the host that must be up: the bridge's uplinks.</summary>
    public ImmutableArray<string> Uplinks { get; init; } = [];
}

/// <summary>A veth pair: one end a port of the bridge, the other moved into the container by Docker.</summary>
/// <param name="HostEnd">The end that stays.</param>
/// <param name="ContainerEnd">The end that goes.</param>
/// <param name="Mac">The container's end's address.</param>
/// <param name="Mtu">Of both ends, or null for the kernel's default.</param>
/// <param name="Alias">The mark of both ends.</param>
/// <param name="ChecksumInSoftware">
/// Whether the container must compute checksums itself: the userspace datapath forwards frames as they are, and one
/// that still waits for the hardware to fill in its checksum is dropped by the receiver.
/// </param>
/// <param name="MayBeMade">Whether it is made if absent. Once the container's end was handed to Docker, a new pair would connect nothing.</param>
public sealed record DesiredVeth(string HostEnd, string ContainerEnd, MacAddress Mac, int? Mtu, string Alias, bool ChecksumInSoftware, bool MayBeMade);

/// <summary>A routing domain that this host has networks in.</summary>
/// <param name="Vrf">Its name.</param>
/// <param name="Chassis">This host.</param>
/// <param name="TransitSubnet">Which of the host's transit subnets leads there.</param>
/// <param name="Shares">The keys of the distributed router's external_ids that say so, and what they hold.</param>
/// <param name="Subnets">The subnets of this host's networks in it.</param>
public sealed record DesiredRouter(string Vrf, string Chassis, int TransitSubnet, ImmutableSortedDictionary<string, string> Shares, ImmutableArray<IPNetwork> Subnets)
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
public sealed record DesiredSwitch(string Name, ImmutableSortedDictionary<string, string> Shares, string? Vrf, ImmutableArray<string> Gateways)
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
public sealed record DesiredSwitchPort(
    string Switch, string Name, string Addresses, bool HasPortSecurity,
    ImmutableSortedDictionary<string, string> Options, ImmutableSortedDictionary<string, string> ExternalIds)
{
    /// <summary>The port that it is nested in, and the VLAN of its frames there; null for a port of its own.</summary>
    public (string Parent, int Vlan)? Nested { get; init; }
}

/// <summary>A link that holds gateway addresses.</summary>
/// <param name="Link">Its name.</param>
/// <param name="Present">Addresses that it must hold.</param>
/// <param name="Absent">Addresses that it held for a network that is being removed.</param>
public sealed record DesiredGateway(string Link, ImmutableArray<LinkAddress> Present, ImmutableArray<LinkAddress> Absent)
{
    /// <summary>Whether the link may hold no others: it is Hawser's alone.</summary>
    public bool IsOnly { get; init; }
}

/// <summary>An address with the length of its subnet's prefix, as <c>ip address</c> writes it.</summary>
public sealed record LinkAddress(IPAddress Address, int PrefixLength)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address}/{PrefixLength}";
}
