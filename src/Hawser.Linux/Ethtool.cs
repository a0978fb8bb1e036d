using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>The offloads of a network interface, by ioctl.</summary>
public static unsafe class Ethtool
{
    const int Datagram = 2;
    const int CloseOnExec = 0x80000;
    const nuint EthtoolRequest = 0x8946; // SIOCETHTOOL
    const uint GetTxChecksum = 0x16;
    const uint SetTxChecksum = 0x17;
    const int NameSize = 16;

    /// <summary><c>ethtool -K LINK tx on|off</c></summary>
    /// <param name="link">The link's name.</param>
    /// <param name="on">Whether the link may leave checksums to whoever receives the packet.</param>
    public static void SetTxChecksumOffload(string link, bool on) =>
        Request(link, SetTxChecksum, on ? 1u : 0u, $"ethtool -K {link} tx {(on ? "on" : "off")}");

    /// <summary><c>ethtool -k LINK</c>, its line tx-checksumming.</summary>
    /// <param name="link">The link's name.</param>
    /// <returns>Whether it is on.</returns>
    public static bool GetTxChecksumOffload(string link) => Request(link, GetTxChecksum, 0, $"ethtool -k {link}") != 0;

    /// <summary>The same by a socket of another network namespace.</summary>
    internal static void SetTxChecksumOffload(SafeFileHandle socket, string link, bool on) =>
        Request(socket, link, SetTxChecksum, on ? 1u : 0u, $"ethtool -K {link} tx {(on ? "on" : "off")}");

    static uint Request(string link, uint command, uint data, string verb)
    {
        // A socket is bound to the network namespace that it was made in, so none is kept; making one takes 2 µs.
        using var socket = Libc.Check(Libc.Socket(Family.IPv4, Datagram | CloseOnExec, 0), verb);
        return Request(socket, link, command, data, verb);
    }

    static uint Request(SafeFileHandle socket, string link, uint command, uint data, string verb)
    {
        var value = stackalloc uint[2] { command, data }; // struct ethtool_value
        var request = stackalloc byte[40]; // struct ifreq: the name, then a union that holds a pointer
        new Span<byte>(request, 40).Clear();
        if (Encoding.UTF8.GetByteCount(link) >= NameSize)
            throw new ArgumentException($"'{link}' is too long for the name of a link", nameof(link));
        Encoding.UTF8.GetBytes(link, new Span<byte>(request, NameSize));
        *(void**)(request + NameSize) = value;
        Libc.Check(Libc.IoControl(socket, EthtoolRequest, request), verb);
        return value[1];
    }
}
