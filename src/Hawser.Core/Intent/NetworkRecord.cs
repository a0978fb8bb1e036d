using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using Hawser.Core.Options;

namespace Hawser.Core.Intent;

/// <summary>What we were told of a network. Kept on disk: dockerd never tells it again (libnetwork, controller.go).</summary>
public sealed record NetworkRecord
{
    /// <summary>The version of the file's shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Docker's id.</summary>
    public required NetworkId Id { get; init; }

    /// <summary>What the user calls it, once Docker's events have told it.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// What the user asked for. To its host a logical network is a flat one: its containers are on a bridge where the host has
    /// no address.
    /// </summary>
    public required NetworkOptions Options { get; init; }

    /// <summary>The logical switch that it is, if the driver is <c>ovn</c>; null for <c>ovs</c>.</summary>
    public LogicalSwitch? Logical { get; init; }

    /// <summary>Whether it was made with <c>--internal</c>: no gateway and no way out.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Its subnets, both families.</summary>
    public ValueArray<Subnet> Subnets { get; init; } = [];

    /// <summary>Who asked for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IntentOwner Owner { get; init; }

    /// <summary>When Docker asked for it.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether Docker has removed it. It is forgotten once all of it is gone.</summary>
    public bool IsRemoving { get; init; }

    /// <summary>The unit of its bridge or switch.</summary>
    public UnitId Unit => Logical is { } logical ? UnitId.Switch(logical.Name) : UnitId.Bridge(Bridge);

    /// <summary>The routing domain whose router holds its gateway, or null: an internal network has no router.</summary>
    public string? Vrf => IsInternal ? null : Logical?.Vrf;

    /// <summary>All that is planned and applied for it, a router before the switch that is on it.</summary>
    [JsonIgnore]
    public ImmutableArray<UnitId> Units => Vrf is { } vrf ? [UnitId.Router(vrf), Unit] : [Unit];

    /// <summary>Whether its containers are on OVN's integration bridge, and not on <see cref="Bridge"/>.</summary>
    public bool IsOnIntegrationBridge => Logical is { Parent: null };

    /// <summary>
    /// The bridge that it lives on. A logical network lives on the integration bridge instead, which is OVN's, unless its ports
    /// are nested.
    /// </summary>
    public string Bridge => Options.BridgeName ?? Names.Bridge(Id);

    /// <summary>The link that holds its gateway addresses: the bridge's own port, or an internal port in its VLAN.</summary>
    public string GatewayLink => Options.Vlan is { } vlan ? Names.VlanPort(Bridge, vlan) : Bridge;

    /// <summary>Whether the host is its router: it has gateway addresses here and a way out.</summary>
    public bool IsRoutedByHost => Options.Mode != BridgeMode.Flat && !IsInternal && GatewaySubnets.Any();

    /// <summary>The subnets that name a gateway.</summary>
    [JsonIgnore]
    public IEnumerable<Subnet> GatewaySubnets => Subnets.Where(s => s.IsReal && s.Gateway is not null);

    /// <summary>
    /// Whether its way out is docker_gwbridge, as for Docker's own overlay networks. That is so for a logical switch that no
    /// router is on.
    /// </summary>
    public bool UsesDockersGateway => Logical is { Vrf: null } && !IsInternal;

    /// <summary>Whether its containers' ports can be published on this host.</summary>
    public bool CanPublish => IsRoutedByHost || Vrf is not null;

    /// <summary>The gateway that an address of this network uses, or null if it has none.</summary>
    public IPAddress? GatewayFor(IPAddress? address) =>
        address is null || IsInternal || UsesDockersGateway ? null : GatewaySubnets.FirstOrDefault(s => s.Pool.Contains(address))?.Gateway;
}
