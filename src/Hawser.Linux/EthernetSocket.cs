using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>Sends Ethernet frames by one link, and receives none (packet(7)).</summary>
/// <remarks>Belongs to the network namespace of the thread that opened it.</remarks>
public sealed class EthernetSocket : IDisposable
{
    const int Raw = 3;
    const int CloseOnExec = 0x80000;
    const int AddressLength = 20; // struct sockaddr_ll

    readonly SafeFileHandle _handle;

    /// <summary>Opens the socket.</summary>
    /// <param name="link">The link's index.</param>
    /// <exception cref="LinuxException">The link is gone, for example.</exception>
    public EthernetSocket(int link)
    {
        // With the protocol 0 the kernel gives it no frames.
        _handle = Libc.Check(Libc.Socket(Family.Packet, Raw | CloseOnExec, 0), "open a packet socket");
        try
        {
            Span<byte> address = stackalloc byte[AddressLength];
            address.Clear();
            MemoryMarshal.Write(address, (ushort)Family.Packet);
            MemoryMarshal.Write(address[4..], link);
            Libc.Check(Libc.Bind(_handle, address, AddressLength), $"bind a packet socket to link {link}");
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    /// <summary>Sends a frame.</summary>
    /// <exception cref="LinuxException">The link is down, for example.</exception>
    public void Send(ReadOnlySpan<byte> frame) => Libc.Check(Libc.Send(_handle, frame, (nuint)frame.Length, 0), "send an Ethernet frame");

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _handle.Dispose();
}
