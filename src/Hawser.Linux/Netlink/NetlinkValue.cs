using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hawser.Linux;

/// <summary>Reads what is at the beginning of some bytes.</summary>
internal static class NetlinkValue
{
    /// <exception cref="NetlinkException">There are fewer bytes.</exception>
    public static T Read<T>(ReadOnlySpan<byte> bytes) where T : unmanaged => MemoryMarshal.TryRead(bytes, out T value)
        ? value
        : throw NetlinkException.BadMessage($"{bytes.Length} bytes where {Unsafe.SizeOf<T>()} were expected");
}
