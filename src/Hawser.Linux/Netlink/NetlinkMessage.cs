using System.Runtime.CompilerServices;

namespace Hawser.Linux;

/// <summary>One message: its header and what follows.</summary>
internal readonly ref struct NetlinkMessage(NetlinkHeader header, ReadOnlySpan<byte> body)
{
    public NetlinkHeader Header { get; } = header;

    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>The protocol's fixed part, and a reader for the attributes behind it.</summary>
    /// <exception cref="NetlinkException">There is less.</exception>
    public T Read<T>(out NetlinkAttributes attributes) where T : unmanaged
    {
        var value = NetlinkValue.Read<T>(Body);
        attributes = new(Body[Unsafe.SizeOf<T>()..]);
        return value;
    }
}
