using System.Runtime.InteropServices;

namespace Hawser.Linux;

/// <summary><c>struct nlmsghdr</c>: begins every message.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NetlinkHeader
{
    public int Length;
    public ushort Type;
    public NetlinkFlags Flags;
    public uint Sequence;
    public uint PortId;

    public const int Size = 16;

    // linux/netlink.h: the types below 16 are the protocol's own.
    public const ushort Error = 2;
    public const ushort Done = 3;

    /// <summary>Where what follows begins: messages and attributes are padded to four bytes.</summary>
    public static int Align(int length) => (length + 3) & ~3;
}

/// <summary><c>nlmsg_flags</c>. The meaning of the upper byte depends on the request.</summary>
[Flags]
internal enum NetlinkFlags : ushort
{
    None = 0,
    Request = 0x1,
    Ack = 0x4,
    DumpInterrupted = 0x10,
    Dump = 0x300,
    Replace = 0x100,
    Exclusive = 0x200,
    Create = 0x400,

    // The same bits in an acknowledgement: capped, and with details.
    Capped = Replace,
    HasDetails = Exclusive,
}

/// <summary><c>struct ifinfomsg</c>: the fixed part of a message about a link.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinkHeader
{
    public byte Family;
    readonly byte _padding;
    public ushort Type;
    public int Index;
    public LinkFlags Flags;
    public LinkFlags Change;
}

/// <summary><c>IFF_*</c>, as far as we read or write them.</summary>
[Flags]
internal enum LinkFlags : uint
{
    None = 0,
    Up = 0x1,
    Running = 0x40,
    NoArp = 0x80,
    Promiscuous = 0x100,
}

/// <summary><c>struct ifaddrmsg</c>: the fixed part of a message about an address.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AddressHeader
{
    public byte Family;
    public byte PrefixLength;
    public byte Flags;
    public byte Scope;
    public int Index;
}

/// <summary><c>struct rtmsg</c>: the fixed part of a message about a route.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RouteHeader
{
    public byte Family;
    public byte DestinationLength;
    public byte SourceLength;
    public byte TypeOfService;
    public byte Table;
    public byte Protocol;
    public byte Scope;
    public byte Type;
    public uint Flags;
}

/// <summary><c>struct genlmsghdr</c>: the fixed part of a generic netlink message.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GenericHeader
{
    public byte Command;
    public byte Version;
    readonly ushort _reserved;
}
