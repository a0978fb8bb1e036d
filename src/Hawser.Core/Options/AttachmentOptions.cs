using System.Net;

namespace Hawser.Core.Options;

/// <summary>What the operator asked for with <c>hawser attach</c>, parsed.</summary>
public sealed record AttachmentOptions
{
    /// <summary>The link's name in the container.</summary>
    public required string Link { get; init; }

    /// <summary>Its addresses, IPv4 and IPv6.</summary>
    public ValueArray<LinkAddress> Addresses { get; init; } = [];

    /// <summary>The container's default routers by this link, at most one of each family.</summary>
    public ValueArray<IPAddress> Gateways { get; init; } = [];

    /// <summary>More routes by this link.</summary>
    public ValueArray<AttachedRoute> Routes { get; init; } = [];

    /// <summary>Its MAC address, or null for one that is made up.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The MTU of the link and its port, or null for that of the bridge's networks.</summary>
    public int? Mtu { get; init; }

    /// <summary>Whether it ends when the container stops.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>The options of the port.</summary>
    public EndpointOptions Port { get; init; } = new();
}

/// <summary>A route that a container gets with an attachment.</summary>
/// <param name="Destination">Where it leads.</param>
/// <param name="Gateway">The router on the attachment's link.</param>
public sealed record AttachedRoute(IPNetwork Destination, IPAddress Gateway)
{
    /// <summary>Reads "10.8.0.0/16=192.0.2.1". Null for another text.</summary>
    public static AttachedRoute? Parse(string? text)
    {
        var parts = (text ?? "").Split('=');
        return parts.Length == 2 && IPNetwork.TryParse(parts[0], out var destination) && IPAddress.TryParse(parts[1], out var gateway)
            && destination.BaseAddress.AddressFamily == gateway.AddressFamily
            ? new AttachedRoute(destination, gateway)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Destination}={Gateway}";
}
