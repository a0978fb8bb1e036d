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

    /// <summary>Whether the kernel answers ARP on it, and asks.</summary>
    public bool HasArp { get; init; } = true;

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
        // Read into locals: the kernel tells ten times of every link that comes or goes, with fifty attributes each time.
        string name = "", alias = "", kind = "";
        PhysicalAddress? address = null;
        int mtu = 0, group = 0;
        int? peer = null, master = null;
        while (attributes.TryRead(out var attribute))
        {
            switch (attribute.Type)
            {
                case LinkAttribute.Name: name = attribute.Text; break;
                case LinkAttribute.Alias: alias = attribute.Text; break;
                case LinkAttribute.Mtu: mtu = attribute.Int32; break;
                case LinkAttribute.Link: peer = attribute.Int32; break;
                case LinkAttribute.Master: master = attribute.Int32; break;
                case LinkAttribute.Group: group = attribute.Int32; break;
                case LinkAttribute.Address: address = new(attribute.Value.ToArray()); break;
                case LinkAttribute.LinkKindAndData: kind = ReadKind(attribute.Nested); break;
                default: break;
            }
        }
        return new Link
        {
            Index = header.Index,
            Name = name,
            Alias = alias.Length == 0 ? null : alias,
            Kind = kind.Length == 0 ? null : kind,
            Address = address,
            Mtu = mtu,
            IsUp = header.Flags.HasFlag(LinkFlags.Up),
            IsRunning = header.Flags.HasFlag(LinkFlags.Running),
            HasArp = !header.Flags.HasFlag(LinkFlags.NoArp),
            IsPromiscuous = header.Flags.HasFlag(LinkFlags.Promiscuous),
            PeerIndex = peer,
            Master = master,
            Group = (uint)group,
        };
    }

    static string ReadKind(NetlinkAttributes attributes)
    {
        while (attributes.TryRead(out var attribute))
        {
            if (attribute.Type == LinkAttribute.Kind) return attribute.Text;
        }

        return "";
    }
}
