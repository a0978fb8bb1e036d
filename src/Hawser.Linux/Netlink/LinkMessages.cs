using System.Text;

namespace Hawser.Linux;

/// <summary>Writes the messages about links.</summary>
internal static class LinkMessages
{
    /// <summary>
    /// <c>ip link add NAME [mtu N] group G numtxqueues 1 numrxqueues 1 type veth peer name PEER …</c>, both ends alike and down.
    /// </summary>
    public static void AddVeth(ref NetlinkWriter writer, VethSpec spec, uint group)
    {
        writer.Begin(RouteMessage.NewLink, NetlinkFlags.Create | NetlinkFlags.Exclusive, new LinkHeader());
        WriteEnd(ref writer, spec.Name, spec.Mtu, group);
        var kindAndData = writer.BeginNested(LinkAttribute.LinkKindAndData);
        writer.Attribute(LinkAttribute.Kind, "veth");
        var data = writer.BeginNested(LinkAttribute.Data);
        var peer = writer.BeginNested(LinkAttribute.VethPeer);
        writer.Append(new LinkHeader());
        // In another namespace, the peer would keep the group that its alias comes by here.
        WriteEnd(ref writer, spec.PeerName, spec.Mtu, spec.PeerNamespace is null ? group : 0);
        if (spec.PeerNamespace is { } there) writer.Attribute(LinkAttribute.NamespaceFile, (uint)there.Handle.DangerousGetHandle());
        if (spec.PeerAddress is { } address) writer.Attribute(LinkAttribute.Address, address.GetAddressBytes());
        writer.EndNested(peer);
        writer.EndNested(data);
        writer.EndNested(kindAndData);
        writer.End();
    }

    /// <summary><c>ip link set group G alias TEXT</c>: every link of the group, and no error if there is none.</summary>
    public static void SetAliasOfGroup(ref NetlinkWriter writer, uint group, string alias)
    {
        writer.Begin(RouteMessage.NewLink, NetlinkFlags.None, new LinkHeader());
        writer.Attribute(LinkAttribute.Group, group);
        WriteAlias(ref writer, alias);
        writer.End();
    }

    /// <summary>An alias goes without a zero byte, which would count as one of its 255 bytes.</summary>
    public static void WriteAlias(ref NetlinkWriter writer, string alias) =>
        writer.Attribute(LinkAttribute.Alias, Encoding.UTF8.GetBytes(alias));

    /// <summary>Begins <c>ip link set dev NAME</c>; what to set follows as attributes.</summary>
    public static void BeginSet(ref NetlinkWriter writer, string name, LinkFlags flags = default, LinkFlags change = default)
    {
        writer.Begin(RouteMessage.NewLink, NetlinkFlags.None, new LinkHeader { Flags = flags, Change = change });
        writer.Attribute(LinkAttribute.Name, name);
    }

    /// <summary>Begins <c>ip link set dev ifINDEX</c>; what to set follows as attributes.</summary>
    public static void BeginSet(ref NetlinkWriter writer, int index, LinkFlags flags = default, LinkFlags change = default) =>
        writer.Begin(RouteMessage.NewLink, NetlinkFlags.None, new LinkHeader { Index = index, Flags = flags, Change = change });

    /// <summary><c>ip link set dev NAME addrgenmode none</c></summary>
    public static void SetNoAddressGeneration(ref NetlinkWriter writer, string name)
    {
        BeginSet(ref writer, name);
        var families = writer.BeginNested(LinkAttribute.FamilySpecific);
        var ipv6 = writer.BeginNested(Family.IPv6);
        writer.Attribute(LinkAttribute.IPv6AddressGeneration, [LinkAttribute.NoAddressGeneration]);
        writer.EndNested(ipv6);
        writer.EndNested(families);
        writer.End();
    }

    static void WriteEnd(ref NetlinkWriter writer, string name, int? mtu, uint group)
    {
        writer.Attribute(LinkAttribute.Name, name);
        writer.Attribute(LinkAttribute.Group, group);
        // Otherwise the kernel makes as many as there could be processors, each with its folders in sysfs, which takes
        // longer than all else about the pair. A veth sends without a queue's lock, and receives on the sender's processor.
        writer.Attribute(LinkAttribute.TransmitQueues, 1u);
        writer.Attribute(LinkAttribute.ReceiveQueues, 1u);
        if (mtu is { } value) writer.Attribute(LinkAttribute.Mtu, (uint)value);
    }
}
