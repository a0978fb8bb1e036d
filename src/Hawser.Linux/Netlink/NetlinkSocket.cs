using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>One AF_NETLINK socket, blocking: the kernel has its answer ready before a receive could wait for it.</summary>
/// <remarks>Not thread safe. Belongs to the network namespace of the thread that opened it.</remarks>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    const int Raw = 3;
    const int CloseOnExec = 0x80000;
    const int SocketLevel = 1;
    const int ReceiveTimeout = 20;
    const int ForceReceiveBuffer = 33;
    const int NetlinkLevel = 270;
    const int AddMembership = 1;
    const int CapAcks = 10;
    const int ExtendedAcks = 11;
    const int ReportTruncation = 0x20;

    // An acknowledgement is charged to the receive buffer with about 1 KiB; the default of 208 KiB holds some 200.
    const int ReceiveBuffer = 4 << 20;
    const int DumpAttempts = 16;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly byte[] _outgoing = new byte[128 << 10];
    readonly byte[] _incoming = new byte[64 << 10]; // the kernel fills at most 32 KiB in one datagram of a dump
    uint _sequence;

    /// <summary>On a socket that is open.</summary>
    internal NetlinkSocket(SafeFileHandle handle) => Handle = handle;

    /// <summary>Reads one message of a dump; null leaves it out.</summary>
    public delegate T? Parser<T>(in NetlinkMessage message) where T : class;

    public SafeFileHandle Handle { get; }

    /// <summary>Opens a socket and joins multicast groups.</summary>
    /// <param name="protocol">NETLINK_ROUTE and its kin.</param>
    /// <param name="groups">Which notifications to receive.</param>
    public static NetlinkSocket Open(int protocol, params ReadOnlySpan<int> groups) =>
        Use(Libc.Check(Libc.Socket(Family.Netlink, Raw | CloseOnExec, protocol), "open a netlink socket"), groups);

    /// <summary>Makes a socket ready that was just made, here or by another process.</summary>
    /// <param name="handle">The socket.</param>
    /// <param name="groups">Which notifications to receive.</param>
    public static NetlinkSocket Use(SafeFileHandle handle, params ReadOnlySpan<int> groups)
    {
        var socket = new NetlinkSocket(handle);
        try
        {
            socket.Configure(groups);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>Begins to write what <see cref="Transact"/> or <see cref="Dump"/> sends.</summary>
    public NetlinkWriter Begin() => new(_outgoing, _sequence + 1);

    /// <summary>Sends the messages at once and waits until each is acknowledged.</summary>
    /// <returns>The answers, in the order of the messages.</returns>
    public NetlinkAck[] Transact(in NetlinkWriter messages)
    {
        if (messages.Count == 0) return [];
        Send(messages);
        var acks = new NetlinkAck[messages.Count];
        for (var missing = acks.Length; missing > 0;)
        {
            var reader = new NetlinkReader(Receive());
            while (reader.TryRead(out var message))
            {
                var position = message.Header.Sequence - messages.FirstSequence;
                if (message.Header.Type != NetlinkHeader.Error || position >= acks.Length) continue;
                acks[position] = NetlinkAck.Parse(message);
                missing--;
            }
        }

        return acks;
    }

    /// <summary>Sends one request whose answer is a message (or many), not a bare acknowledgement.</summary>
    /// <param name="request">The request, one message.</param>
    /// <param name="parse">What to make of each message of the answer.</param>
    /// <param name="results">Receives what was made of them.</param>
    /// <returns>The acknowledgement at the end, with <see cref="Errno.Interrupted"/> if the table changed meanwhile.</returns>
    public NetlinkAck Query<T>(in NetlinkWriter request, Parser<T> parse, List<T> results) where T : class
    {
        Send(request);
        var interrupted = false;
        while (true)
        {
            var reader = new NetlinkReader(Receive());
            while (reader.TryRead(out var message))
            {
                if (message.Header.Sequence != request.FirstSequence) continue;
                interrupted |= message.Header.Flags.HasFlag(NetlinkFlags.DumpInterrupted);
                if (message.Header.Type is NetlinkHeader.Error or NetlinkHeader.Done)
                {
                    var ack = NetlinkAck.Parse(message);
                    return interrupted && !ack.Failed ? new(Errno.Interrupted, "the table changed while it was read") : ack;
                }

                if (parse(message) is { } result) results.Add(result);
            }
        }
    }

    /// <summary>Reads a whole table, again if it changed meanwhile: half a table would look like deleted links.</summary>
    public List<T> Dump<T, TFixed>(ushort type, in TFixed fixedPart, Parser<T> parse, string verb, uint? extensionMask = null)
        where T : class where TFixed : unmanaged
    {
        for (var attempt = 1; ; attempt++)
        {
            var request = Begin();
            request.Begin(type, NetlinkFlags.Dump, fixedPart);
            if (extensionMask is { } mask) request.Attribute(LinkAttribute.ExtensionMask, mask);
            request.End();
            var results = new List<T>();
            var ack = Query(request, parse, results);
            if (!ack.Failed) return results;
            if (ack.Errno != Errno.Interrupted || attempt == DumpAttempts) throw ack.ToException(verb);
        }
    }

    /// <summary>One datagram from the kernel.</summary>
    public ReadOnlySpan<byte> Receive()
    {
        var sender = stackalloc byte[12]; // struct sockaddr_nl: family, padding, port id, groups
        while (true)
        {
            uint senderLength = 12;
            var length = Libc.ReceiveFrom(Handle, _incoming, (nuint)_incoming.Length, ReportTruncation, sender, &senderLength);
            if (length > _incoming.Length)
            {
                throw NetlinkException.BadMessage($"a datagram of {length} bytes is larger than any the kernel makes");
            }

            if (length >= 0)
            {
                // Port id 0 is the kernel; another process could write to us as well.
                if (*(uint*)(sender + 4) == 0) return _incoming.AsSpan(0, (int)length);
                continue;
            }

            var failure = LinuxException.Last("receive from netlink");
            if (failure.Errno == Errno.Again)
            {
                throw new TimeoutException($"the kernel did not answer a netlink request within {Patience.TotalSeconds:0} s");
            }

            if (failure.Errno != Errno.Interrupted) throw failure;
        }
    }

    void Send(in NetlinkWriter messages)
    {
        _sequence += (uint)messages.Count;
        Libc.Check(Libc.Send(Handle, _outgoing, (nuint)messages.Length, 0), "send to netlink");
    }

    void Configure(ReadOnlySpan<int> groups)
    {
        Span<byte> self = stackalloc byte[12]; // struct sockaddr_nl with port id 0: the kernel chooses
        self.Clear();
        MemoryMarshal.Write(self, (ushort)Family.Netlink);
        Libc.Check(Libc.Bind(Handle, self, (uint)self.Length), "bind a netlink socket");
        SetOption(NetlinkLevel, ExtendedAcks, 1);
        SetOption(NetlinkLevel, CapAcks, 1);
        SetOption(SocketLevel, ForceReceiveBuffer, ReceiveBuffer);
        var patience = stackalloc nint[2] { (nint)Patience.TotalSeconds, 0 }; // struct timeval
        Libc.Check(
            Libc.SetSocketOption(Handle, SocketLevel, ReceiveTimeout, patience, (uint)(2 * sizeof(nint))),
            "set a netlink socket's deadline");
        foreach (var group in groups) SetOption(NetlinkLevel, AddMembership, group);
    }

    void SetOption(int level, int option, int value) =>
        Libc.Check(Libc.SetSocketOption(Handle, level, option, &value, sizeof(int)), $"set option {option} of a netlink socket");
}
