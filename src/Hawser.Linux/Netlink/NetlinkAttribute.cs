using System.Net;
using System.Text;

namespace Hawser.Linux;

/// <summary>One attribute.</summary>
internal readonly ref struct NetlinkAttribute(int type, ReadOnlySpan<byte> value)
{
    public int Type { get; } = type;

    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>The value as 32 bits in the host's order.</summary>
    public int Int32 => NetlinkValue.Read<int>(Value);

    /// <summary>The value as 32 bits in the network's order.</summary>
    public int NetworkInt32 => IPAddress.NetworkToHostOrder(Int32);

    /// <summary>The value as 16 bits in the network's order.</summary>
    public ushort NetworkUInt16 => (ushort)IPAddress.NetworkToHostOrder(NetlinkValue.Read<short>(Value));

    /// <summary>The value as a byte.</summary>
    public byte Byte => NetlinkValue.Read<byte>(Value);

    /// <summary>The value as an IPv4 or IPv6 address.</summary>
    public IPAddress Address => Value.Length is 4 or 16
        ? new IPAddress(Value)
        : throw NetlinkException.BadMessage($"an IP address of {Value.Length} bytes");

    /// <summary>The value as text, without its zero byte.</summary>
    public string Text => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    /// <summary>The value as attributes.</summary>
    public NetlinkAttributes Nested => new(Value);
}
