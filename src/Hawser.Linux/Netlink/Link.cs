using System.Net.NetworkInformation;

namespace Hawser.Linux;

/// <summary>A network interface as the kernel describes it.</summary>
public sealed record Link
{
    /// <summary>The index, unique in its network namespace.</summary>
    public required int Index { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The alias, if one was set.</summary>
    public string? Alias { get; init; }

    /// <summary>The kind of a virtual link, such as <c>veth</c>; null for hardware.</summary>
    public string? Kind { get; init; }

    /// <summary>The link-layer address; null where there is none.</summary>
    public PhysicalAddress? Address { get; init; }

    /// <summary>The MTU.</summary>
    public int Mtu { get; init; }

    /// <summary>Whether it was set up.</summary>
    public bool IsUp { get; init; }

    /// <summary>Whether it can pass traffic: it is up, and so is what it leads to.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Whether it takes in frames that are not addressed to it, as the port of a switch does.</summary>
    public bool IsPromiscuous { get; init; }

    /// <summary>The index of the link that it leads to: a veth's peer, a VLAN's parent. Perhaps in another namespace.</summary>
    public int? PeerIndex { get; init; }

    /// <summary>The index of the bridge or the like that it belongs to.</summary>
    public int? Master { get; init; }

    /// <summary>The group, 0 by default.</summary>
    public uint Group { get; init; }

    /// <summary>Reads RTM_NEWLINK or RTM_DELLINK; null for a message that is about a link's place in a bridge.</summary>
    internal static Link? Parse(in NetlinkMessage message)
    {
        var header = message.Read<LinkHeader>(out var attributes);

        // A bridge tells of its ports in the same types and group: there, RTM_DELLINK means that the port has left it.
        if (header.Family != Family.Unspecified) return null;
        var link = new Link
        {
            Index = header.Index,
            Name = "",
            IsUp = header.Flags.HasFlag(LinkFlags.Up),
            IsRunning = header.Flags.HasFlag(LinkFlags.Running),
            IsPromiscuous = header.Flags.HasFlag(LinkFlags.Promiscuous),
        };
        while (attributes.TryRead(out var attribute)) link = link.With(attribute);
        return link;
    }

    Link With(in NetlinkAttribute attribute) => attribute.Type switch
    {
        LinkAttribute.Name => this with { Name = attribute.Text },
        LinkAttribute.Alias => this with { Alias = attribute.Text },
        LinkAttribute.Mtu => this with { Mtu = attribute.Int32 },
        LinkAttribute.Link => this with { PeerIndex = attribute.Int32 },
        LinkAttribute.Master => this with { Master = attribute.Int32 },
        LinkAttribute.Group => this with { Group = (uint)attribute.Int32 },
        LinkAttribute.Address => this with { Address = new PhysicalAddress(attribute.Value.ToArray()) },
        LinkAttribute.LinkKindAndData => this with { Kind = ReadKind(attribute.Nested) },
        _ => this,
    };

    static string? ReadKind(NetlinkAttributes attributes)
    {
        while (attributes.TryRead(out var attribute))
        {
            if (attribute.Type == LinkAttribute.Kind) return attribute.Text;
        }

        return null;
    }
}
