using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Hawser.Linux;

/// <summary>Reads the messages of one datagram.</summary>
/// <param name="datagram">What one receive returned.</param>
internal ref struct NetlinkReader(ReadOnlySpan<byte> datagram)
{
    ReadOnlySpan<byte> _rest = datagram;

    /// <summary>The next message; false at the end of the datagram.</summary>
    public bool TryRead(out NetlinkMessage message)
    {
        message = default;
        if (_rest.Length < NetlinkHeader.Size) return false;
        var header = MemoryMarshal.Read<NetlinkHeader>(_rest);
        if (header.Length < NetlinkHeader.Size || header.Length > _rest.Length) return false;
        message = new(header, _rest[NetlinkHeader.Size..header.Length]);
        _rest = _rest[Math.Min((header.Length + 3) & ~3, _rest.Length)..];
        return true;
    }
}

/// <summary>One message: its header and what follows.</summary>
internal readonly ref struct NetlinkMessage(NetlinkHeader header, ReadOnlySpan<byte> body)
{
    public NetlinkHeader Header { get; } = header;

    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>The protocol's fixed part, and a reader for the attributes behind it.</summary>
    public T Read<T>(out NetlinkAttributes attributes) where T : unmanaged
    {
        attributes = new(Body[Unsafe.SizeOf<T>()..]);
        return MemoryMarshal.Read<T>(Body);
    }
}

/// <summary>Reads attributes one after the other.</summary>
/// <param name="bytes">The attributes of a message, or the value of a nested one.</param>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    const int TypeMask = 0x3fff; // the upper two bits say "nested" and "in network order"

    ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The next attribute; false at the end.</summary>
    public bool TryRead(out NetlinkAttribute attribute)
    {
        attribute = default;
        if (_rest.Length < 4) return false;
        var length = MemoryMarshal.Read<ushort>(_rest);
        if (length < 4 || length > _rest.Length) return false;
        attribute = new(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask, _rest[4..length]);
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}

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
