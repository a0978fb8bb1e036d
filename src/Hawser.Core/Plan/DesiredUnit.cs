using System.Collections.Immutable;
using Hawser.Core.Options;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>All that must exist for one unit, whatever its kind: rows of both databases, links, addresses.</summary>
public sealed record DesiredUnit(UnitId Unit)
{
    /// <summary>Rows of the Open_vSwitch database, parents before children.</summary>
    public ImmutableArray<RowPlacement> Vswitch { get; init; } = [];

    /// <summary>
    /// Those of its ports that are used as they are if they exist without a mark: uplinks and VLANs' ports that were there before.
    /// </summary>
    public ImmutableArray<string> Borrowed { get; init; } = [];

    /// <summary>Rows of OVN's northbound database, parents before children.</summary>
    public ImmutableArray<RowPlacement> Northbound { get; init; } = [];

    /// <summary>The row of the northbound database that this unit shares with other hosts.</summary>
    public DesiredShare? Share { get; init; }

    /// <summary>What must hold in the northbound database when the unit's rows are made.</summary>
    public ImmutableArray<AddressClaim> Claims { get; init; } = [];

    /// <summary>
    /// Why nothing of the unit may be written to the northbound database: other hosts' networks contradict it. Null if none does.
    /// </summary>
    public string? Refusal { get; init; }

    /// <summary>The interfaces that ovs-vswitchd must have made.</summary>
    public ImmutableArray<AwaitedInterface> Awaits { get; init; } = [];

    /// <summary>The logical port that must be up though no interface of this host is bound to it.</summary>
    public AwaitedPort? AwaitsUp { get; init; }

    /// <summary>Whether the unit works only with the firewall's rules.</summary>
    public bool NeedsRules { get; init; }

    /// <summary>The endpoint's veth pair.</summary>
    public DesiredVeth? Veth { get; init; }

    /// <summary>The attachment's link in its container.</summary>
    public DesiredAttachment? Attachment { get; init; }

    /// <summary>The links that hold gateway addresses.</summary>
    public ImmutableArray<DesiredGateway> Gateways { get; init; } = [];

    /// <summary>Links of the host that must be up: the bridge's uplinks.</summary>
    public ImmutableArray<string> Uplinks { get; init; } = [];
}

/// <summary>What a unit that goes leaves behind besides the rows and links with its mark.</summary>
public sealed record LeavingUnit
{
    /// <summary>The links that hold its addresses and may outlive it.</summary>
    public ImmutableArray<DesiredGateway> Gateways { get; init; } = [];

    /// <summary>The row of the northbound database that it shared.</summary>
    public LeftShare? Share { get; init; }

    /// <summary>Whether the firewall has rules for it.</summary>
    public bool HasRules { get; init; }
}

/// <summary>An interface that must have an OpenFlow port.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LogicalPort">The logical port that it is bound to, whose flows ovn-controller must have installed. Null for none.</param>
public sealed record AwaitedInterface(string Name, string? LogicalPort = null);

/// <summary>A logical port that must be up.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parent">The port that it is nested in. It is bound where its parent is.</param>
public sealed record AwaitedPort(string Name, string Parent);

/// <summary>A veth pair. One end is a port of the bridge; Docker moves the other into the container.</summary>
/// <param name="HostEnd">The end that stays.</param>
/// <param name="ContainerEnd">The end that goes.</param>
/// <param name="Mac">The container's end's address.</param>
/// <param name="Mtu">Of both ends, or null for the kernel's default.</param>
/// <param name="Alias">The mark of both ends.</param>
/// <param name="ChecksumInSoftware">
/// Whether the container must compute checksums itself. The userspace datapath forwards frames as they are, and the
/// receiver drops a frame that still waits for the hardware to fill in its checksum.
/// </param>
/// <param name="MayBeMade">
/// Whether it is made if absent. Once the container's end was handed to Docker, a new pair would connect nothing.
/// </param>
public sealed record DesiredVeth(
    string HostEnd, string ContainerEnd, MacAddress Mac, int? Mtu, string Alias, bool ChecksumInSoftware, bool MayBeMade);

/// <summary>A veth pair whose one end is a port of the bridge, and whose other end is a link of a running container.</summary>
/// <param name="HostEnd">The end on the host.</param>
/// <param name="Sandbox">The container's network namespace, a file.</param>
/// <param name="Alias">The mark of the host's end.</param>
/// <param name="Mac">The container's end's address.</param>
/// <param name="Mtu">Of both ends, or null for the kernel's default.</param>
/// <param name="ChecksumInSoftware">Whether the container must compute checksums itself: see <see cref="DesiredVeth"/>.</param>
/// <param name="Options">The link's name in the container, its addresses and its routes.</param>
public sealed record DesiredAttachment(
    string HostEnd, string Sandbox, string Alias, MacAddress Mac, int? Mtu, bool ChecksumInSoftware, AttachmentOptions Options);

/// <summary>A link that holds gateway addresses.</summary>
/// <param name="Link">Its name.</param>
/// <param name="Present">Addresses that it must hold.</param>
/// <param name="Absent">Addresses that it held for a network that is being removed.</param>
public sealed record DesiredGateway(string Link, ImmutableArray<LinkAddress> Present, ImmutableArray<LinkAddress> Absent)
{
    /// <summary>Whether the link may hold no other addresses, because it is Hawser's alone.</summary>
    public bool IsOnly { get; init; }
}
