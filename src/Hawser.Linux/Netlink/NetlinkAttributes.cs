using System.Runtime.InteropServices;

namespace Hawser.Linux;

/// <summary>Reads attributes one after the other.</summary>
/// <param name="bytes">The attributes of a message, or the value of a nested one.</param>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    const int TypeMask = 0x3fff; // the upper two bits say "nested" and "in network order"

    ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The next attribute; false at the end.</summary>
    /// <exception cref="NetlinkException">The lengths are wrong.</exception>
    public bool TryRead(out NetlinkAttribute attribute)
    {
        attribute = default;
        if (_rest.Length < 4) return false;
        var length = MemoryMarshal.Read<ushort>(_rest);
        if (length < 4 || length > _rest.Length)
        {
            throw NetlinkException.BadMessage($"an attribute of {length} bytes in {_rest.Length}");
        }
        attribute = new(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask, _rest[4..length]);
        _rest = _rest[Math.Min(NetlinkHeader.Align(length), _rest.Length)..];
        return true;
    }
}
