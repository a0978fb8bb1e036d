namespace Hawser.Linux;

/// <summary>The message types of rtnetlink (<c>linux/rtnetlink.h</c>).</summary>
internal static class RouteMessage
{
    public const ushort NewLink = 16;
    public const ushort DeleteLink = 17;
    public const ushort GetLink = 18;
    public const ushort NewAddress = 20;
    public const ushort DeleteAddress = 21;
    public const ushort GetAddress = 22;
    public const ushort NewRoute = 24;
    public const ushort GetRoute = 26;
}

/// <summary>The multicast groups of rtnetlink.</summary>
internal static class RouteGroup
{
    public const int Link = 1;
    public const int IPv4Address = 5;
    public const int IPv6Address = 9;
}

/// <summary><c>IFLA_*</c> (<c>linux/if_link.h</c>).</summary>
internal static class LinkAttribute
{
    public const ushort Address = 1;
    public const ushort Name = 3;
    public const ushort Mtu = 4;
    public const ushort Link = 5;
    public const ushort Master = 10;
    public const ushort LinkKindAndData = 18;
    public const ushort Alias = 20;
    public const ushort FamilySpecific = 26;
    public const ushort Group = 27;
    public const ushort NamespaceFile = 28;
    public const ushort TransmitQueues = 31;
    public const ushort ReceiveQueues = 32;
    public const ushort ExtensionMask = 29;

    // Inside LinkKindAndData (IFLA_INFO_*).
    public const ushort Kind = 1;
    public const ushort Data = 2;

    // Inside the data of a veth (VETH_INFO_PEER): the peer's own header and attributes.
    public const ushort VethPeer = 1;

    // Inside FamilySpecific, under the family's number (IFLA_INET6_*).
    public const ushort IPv6AddressGeneration = 8;
    public const byte NoAddressGeneration = 1;

    // RTEXT_FILTER_SKIP_STATS: counters are most of a link's message, and we never read them.
    public const uint SkipStatistics = 8;
}

/// <summary><c>IFA_*</c> (<c>linux/if_addr.h</c>).</summary>
internal static class AddressAttribute
{
    public const ushort Address = 1;
    public const ushort Local = 2;
    public const ushort Broadcast = 4;
    public const ushort Flags = 8;

    public const uint NoDuplicateDetection = 0x02;
}

/// <summary><c>RTA_*</c> (<c>linux/rtnetlink.h</c>).</summary>
internal static class RouteAttribute
{
    public const ushort Destination = 1;
    public const ushort OutputInterface = 4;
    public const ushort Gateway = 5;
}

/// <summary><c>AF_*</c> and <c>NETLINK_*</c>.</summary>
internal static class Family
{
    public const byte Unspecified = 0;
    public const byte IPv4 = 2;
    public const byte IPv6 = 10;
    public const int Netlink = 16;
    public const int Packet = 17;

    public const int Route = 0;
    public const int Netfilter = 12;
    public const int Generic = 16;
}
