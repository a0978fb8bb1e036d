using System.Runtime.InteropServices;

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
