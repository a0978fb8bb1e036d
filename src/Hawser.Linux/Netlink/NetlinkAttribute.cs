using System.Runtime.InteropServices;
using System.Text;

namespace Hawser.Linux;

/// <summary>One attribute.</summary>
internal readonly ref struct NetlinkAttribute(int type, ReadOnlySpan<byte> value)
{
    public int Type { get; } = type;

    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>The value as 32 bits in the host's order.</summary>
    public int Int32 => MemoryMarshal.Read<int>(Value);

    /// <summary>The value as text, without its zero byte.</summary>
    public string Text => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    /// <summary>The value as attributes.</summary>
    public NetlinkAttributes Nested => new(Value);
}
