using System.Collections.Immutable;
using System.Net.Sockets;

namespace Hawser.Core.Intent;

/// <summary>All that Docker or the operator asked for and that still holds. Immutable: whoever reads it sees one moment.</summary>
public sealed record HostIntent
{
    static readonly AddressFamily[] Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    /// <summary>Nothing.</summary>
    public static HostIntent Empty { get; } = new();

    /// <summary>The networks by id, those that are being removed included.</summary>
    public ImmutableSortedDictionary<NetworkId, NetworkRecord> Networks { get; init; } =
        ImmutableSortedDictionary<NetworkId, NetworkRecord>.Empty;

    /// <summary>The endpoints by id, those that are being removed included.</summary>
    public ImmutableDictionary<EndpointId, EndpointRecord> Endpoints { get; init; } = ImmutableDictionary<EndpointId, EndpointRecord>.Empty;

    /// <summary>The attachments by id, those that are being removed included.</summary>
    public ImmutableSortedDictionary<AttachmentId, AttachmentRecord> Attachments { get; init; } =
        ImmutableSortedDictionary<AttachmentId, AttachmentRecord>.Empty;

    /// <summary>The endpoints that have published ports, so that the firewall's plan need not look at all the others.</summary>
    public ImmutableSortedSet<EndpointId> Published { get; init; } = [];

    /// <summary>The networks that live on a bridge and are not being removed.</summary>
    public IEnumerable<NetworkRecord> LiveOn(string bridge) => LiveIn(UnitId.Bridge(bridge));

    /// <summary>The networks that a unit stands for and that are not being removed.</summary>
    public IEnumerable<NetworkRecord> LiveIn(UnitId unit) => Networks.Values.Where(n => !n.IsRemoving && n.Units.Contains(unit));

    /// <summary>Whether containers are attached to a bridge, whether or not they run.</summary>
    public bool HasAttachments(string bridge) => Attachments.Values.Any(a => !a.IsRemoving && a.Bridge == bridge);

    /// <summary>The attachment that a unit stands for, or null.</summary>
    public AttachmentRecord? AttachmentOf(UnitId unit) => unit.AttachmentId is { } id ? Attachments.GetValueOrDefault(id) : null;

    /// <summary>The network of an endpoint, if it is still known.</summary>
    public NetworkRecord? NetworkOf(EndpointRecord endpoint) => Networks.GetValueOrDefault(endpoint.Network);

    /// <summary>The endpoint that a unit stands for, or null.</summary>
    public EndpointRecord? EndpointOf(UnitId unit) => unit.EndpointId is { } id ? Endpoints.GetValueOrDefault(id) : null;

    /// <summary>Whether what a unit stands for was removed by whoever asked for it.</summary>
    public bool IsRemoving(UnitId unit) => unit.Kind switch
    {
        UnitKind.Endpoint => EndpointOf(unit)?.Phase == EndpointPhase.Removing,
        UnitKind.Attachment => AttachmentOf(unit)?.IsRemoving == true,
        _ => Networks.Values.Any(n => n.IsRemoving && n.Units.Contains(unit)),
    };

    /// <summary>Whether a unit is an endpoint whose port on the integration bridge is bound to a logical port.</summary>
    public bool IsLogicalPort(UnitId unit) => EndpointOf(unit) is { } endpoint && NetworkOf(endpoint)?.IsOnIntegrationBridge == true;

    /// <summary>
    /// The families in which an endpoint's container is reached by the ports of this endpoint. Since 29.0 Docker chooses a
    /// container's gateways for IPv4 and for IPv6 independently. It has the ports published at both, and tells neither for which
    /// family it was chosen: beside an endpoint with one family, an endpoint with both was chosen for the other family.
    /// </summary>
    public IEnumerable<AddressFamily> PublishedFamilies(EndpointRecord endpoint) => FamiliesBeside(Siblings(endpoint), endpoint);

    /// <summary>All endpoints with published ports that are plugged, each with those families.</summary>
    public IEnumerable<(EndpointRecord Endpoint, IEnumerable<AddressFamily> Families)> Publishers()
    {
        var publishers = Published.Select(id => Endpoints[id]).ToList();
        // One pass over all: a search for the siblings of each would grow with the square of their number.
        var sandboxes = publishers.Where(e => e.Sandbox is not null).ToLookup(e => e.Sandbox!);
        return publishers.Where(e => e.Phase == EndpointPhase.Plugged)
            .Select(e => (e, FamiliesBeside(e.Sandbox is null ? [] : sandboxes[e.Sandbox], e)));
    }

    /// <summary>The endpoints of the same container that have published ports.</summary>
    public IEnumerable<EndpointRecord> Siblings(EndpointRecord endpoint) => endpoint.Sandbox is not { } sandbox ? []
        : Published.Where(id => id != endpoint.Id).Select(id => Endpoints[id]).Where(other => other.Sandbox == sandbox);

    /// <summary>With a network added or replaced.</summary>
    public HostIntent With(NetworkRecord network) => this with { Networks = Networks.SetItem(network.Id, network) };

    /// <summary>With an endpoint added or replaced.</summary>
    public HostIntent With(EndpointRecord endpoint) => this with
    {
        Endpoints = Endpoints.SetItem(endpoint.Id, endpoint),
        Published = endpoint.Ports.IsEmpty ? Published.Remove(endpoint.Id) : Published.Add(endpoint.Id),
    };

    /// <summary>With an attachment added or replaced.</summary>
    public HostIntent With(AttachmentRecord attachment) => this with { Attachments = Attachments.SetItem(attachment.Id, attachment) };

    /// <summary>Without an attachment.</summary>
    public HostIntent Without(AttachmentId attachment) => this with { Attachments = Attachments.Remove(attachment) };

    /// <summary>Without a network.</summary>
    public HostIntent Without(NetworkId network) => this with { Networks = Networks.Remove(network) };

    /// <summary>Without an endpoint.</summary>
    public HostIntent Without(EndpointId endpoint) =>
        this with { Endpoints = Endpoints.Remove(endpoint), Published = Published.Remove(endpoint) };

    static IEnumerable<AddressFamily> FamiliesBeside(IEnumerable<EndpointRecord> siblings, EndpointRecord endpoint)
    {
        var others = IsOfOneFamily(endpoint) ? [] : siblings.Where(IsOfOneFamily).ToList();
        return Families.Where(family => endpoint.AddressOf(family) is not null && others.All(o => o.AddressOf(family) is null));
    }

    static bool IsOfOneFamily(EndpointRecord endpoint) => endpoint.Address is null != endpoint.AddressIPv6 is null;
}
