using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>Holds a host's port, so that nobody else binds it while packets to it are sent elsewhere by NAT.</summary>
/// <remarks>
/// A bound socket that never listens. The framework's own sockets cannot be used: they set SO_REUSEADDR, and then two
/// TCP sockets that do not listen may hold the same port.
/// </remarks>
public sealed unsafe class PortReservation : IDisposable
{
    const int Stream = 1;
    const int Datagram = 2;
    const int CloseOnExec = 0x80000;
    const int Tcp = 6;
    const int Udp = 17;
    const int Sctp = 132;
    const int IPv6Level = 41;
    const int V6Only = 26;

    readonly SafeFileHandle? _socket;

    PortReservation(SafeFileHandle? socket, IPAddress address) => (_socket, Address) = (socket, address);

    /// <summary>The host's address, or a wildcard.</summary>
    public IPAddress Address { get; }

    /// <summary>Tries to take a port.</summary>
    /// <param name="ipProtocol">The protocol's number: 6 for TCP, 17 for UDP, 132 for SCTP.</param>
    /// <param name="address">The host's address, or a wildcard, which for IPv6 does not cover IPv4.</param>
    /// <param name="port">The port.</param>
    /// <returns>
    /// The reservation; null if the port is taken. Where the kernel does not speak the protocol, nobody can take the port
    /// and the reservation holds nothing.
    /// </returns>
    /// <exception cref="LinuxException">The address is not this host's, for example.</exception>
    public static PortReservation? TryReserve(int ipProtocol, IPAddress address, int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        var what = $"reserve {NameOf(ipProtocol)} port {new IPEndPoint(address, port)}";
        var family = address.AddressFamily == AddressFamily.InterNetworkV6 ? Family.IPv6 : Family.IPv4;
        var socket = Libc.Socket(family, (ipProtocol == Udp ? Datagram : Stream) | CloseOnExec, ipProtocol);
        if (socket.IsInvalid) return HoldNothing(LinuxException.Last(what), address);
        var errno = Bind(socket, family, address, port);
        if (errno == 0) return new(socket, address);
        socket.Dispose();
        return errno == Errno.AddressInUse ? null : throw new LinuxException(errno, what);
    }

    /// <summary>Releases the port.</summary>
    public void Dispose() => _socket?.Dispose();

    static PortReservation HoldNothing(LinuxException failure, IPAddress address) =>
        failure.Errno is Errno.ProtocolNotSupported or Errno.SocketTypeNotSupported or Errno.AddressFamilyNotSupported
            ? new(socket: null, address)
            : throw failure;

    /// <summary>Binds, and returns the error number, 0 for success.</summary>
    static int Bind(SafeFileHandle socket, byte family, IPAddress address, int port)
    {
        var on = 1;
        if (family == Family.IPv6 && Libc.SetSocketOption(socket, IPv6Level, V6Only, &on, sizeof(int)) != 0)
            return Marshal.GetLastPInvokeError();
        Span<byte> name = stackalloc byte[28]; // struct sockaddr_in6; struct sockaddr_in is its first 16
        var length = Write(name, family, address, port);
        return Libc.Bind(socket, name, length) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    static uint Write(Span<byte> name, byte family, IPAddress address, int port)
    {
        name.Clear();
        MemoryMarshal.Write(name, (ushort)family);
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], (ushort)port);
        if (family == Family.IPv4)
        {
            address.TryWriteBytes(name[4..], out _);
            return 16;
        }

        address.TryWriteBytes(name[8..], out _);
        MemoryMarshal.Write(name[24..], (uint)address.ScopeId);
        return 28;
    }

    static string NameOf(int ipProtocol) => ipProtocol switch
    {
        Tcp => "tcp",
        Udp => "udp",
        Sctp => "sctp",
        _ => throw new ArgumentOutOfRangeException(
            nameof(ipProtocol), ipProtocol, "only TCP (6), UDP (17) and SCTP (132) have ports to reserve"),
    };
}
