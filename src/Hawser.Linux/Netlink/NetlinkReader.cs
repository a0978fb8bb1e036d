using System.Runtime.InteropServices;

namespace Hawser.Linux;

/// <summary>Reads the messages of one datagram.</summary>
/// <param name="datagram">What one receive returned.</param>
internal ref struct NetlinkReader(ReadOnlySpan<byte> datagram)
{
    ReadOnlySpan<byte> _rest = datagram;

    /// <summary>The next message; false at the end of the datagram.</summary>
    /// <exception cref="NetlinkException">The lengths are wrong.</exception>
    public bool TryRead(out NetlinkMessage message)
    {
        message = default;
        if (_rest.IsEmpty) return false;
        var header = _rest.Length < NetlinkHeader.Size ? default : MemoryMarshal.Read<NetlinkHeader>(_rest);
        if (header.Length < NetlinkHeader.Size || header.Length > _rest.Length)
        {
            throw NetlinkException.BadMessage($"a message of {header.Length} bytes in {_rest.Length}");
        }
        message = new(header, _rest[NetlinkHeader.Size..header.Length]);
        _rest = _rest[Math.Min(NetlinkHeader.Align(header.Length), _rest.Length)..];
        return true;
    }
}
