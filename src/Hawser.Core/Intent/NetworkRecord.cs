using System.Collections.Immutable;
using System.Net;
using Hawser.Core.Options;

namespace Hawser.Core.Intent;

/// <summary>What Docker told us of a network. Kept on disk: dockerd never tells it again (libnetwork, controller.go).</summary>
public sealed record NetworkRecord
{
    /// <summary>The version of the file's shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Docker's id.</summary>
    public required NetworkId Id { get; init; }

    /// <summary>What the user asked for.</summary>
    public required NetworkOptions Options { get; init; }

    /// <summary>Whether it was made with <c>--internal</c>: no gateway and no way out.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Its subnets, both families.</summary>
    public ImmutableArray<Subnet> Subnets { get; init; } = [];

    /// <summary>When Docker asked for it.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Docker has removed it; it is forgotten once all of it is gone.</summary>
    public bool IsRemoving { get; init; }

    /// <summary>The bridge it lives on.</summary>
    public string Bridge => Options.BridgeName ?? Names.Bridge(Id);

    /// <summary>The link that holds its gateway addresses: the bridge's own port, or an internal port in its VLAN.</summary>
    public string GatewayLink => Options.Vlan is { } vlan ? Names.VlanPort(Bridge, vlan) : Bridge;

    /// <summary>Whether the host is its router: it has gateway addresses here and a way out.</summary>
    public bool IsRoutedByHost => Options.Mode != BridgeMode.Flat && !IsInternal && GatewaySubnets.Any();

    /// <summary>The subnets that name a gateway.</summary>
    public IEnumerable<Subnet> GatewaySubnets => Subnets.Where(s => s.IsReal && s.Gateway is not null);

    /// <summary>The gateway that an address of this network uses, or null if it has none.</summary>
    public IPAddress? GatewayFor(IPAddress? address) =>
        address is null || IsInternal ? null : GatewaySubnets.FirstOrDefault(s => s.Pool.Contains(address))?.Gateway;

    /// <summary>Two records are equal when they say the same, whatever arrays they hold it in.</summary>
    public bool Equals(NetworkRecord? other) =>
        other is not null && (Version, Id, Options, IsInternal, IsRemoving, CreatedAt) == (other.Version, other.Id, other.Options, other.IsInternal, other.IsRemoving, other.CreatedAt)
        && Subnets.SequenceEqual(other.Subnets);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();
}
