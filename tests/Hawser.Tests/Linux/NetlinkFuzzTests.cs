using System.Runtime.InteropServices;
using Hawser.Linux;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Tests.Linux;

/// <summary>Answers of the kernel that are wrong somewhere: each is understood or refused by a NetlinkException, and by nothing else.</summary>
public sealed class NetlinkFuzzTests : IDisposable
{
    const int Unix = 1;
    const int DatagramNonBlocking = 2 | 0x800;
    const ushort NewFlow = 1 << 8;
    const ushort NewGeneration = (10 << 8) | 15;
    const ushort Nested = 0x8000;

    readonly NetlinkSocket _socket;
    readonly FileStream _kernel;

    /// <summary>A socket whose kernel is the test: whoever sends has no address, as the kernel has port id 0.</summary>
    public NetlinkFuzzTests()
    {
        var pair = new int[2];
        SocketPair(Unix, DatagramNonBlocking, 0, pair).ShouldBe(0);
        _socket = new NetlinkSocket(new SafeFileHandle(pair[0], ownsHandle: true));
        _kernel = new FileStream(new SafeFileHandle(pair[1], ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _kernel.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261128)]
    public async Task Broken_answers_are_refused_as_what_they_are(int seed)
    {
        var answers = Answers();
        await BrokenInputs.AreUnderstoodOrRefusedAsync<NetlinkException>(seed, random =>
        {
            var (parse, message) = answers[random.Next(answers.Count)];
            var datagram = Break(message, random);
            return (datagram, () => AskAsync(parse, datagram));
        });
    }

    [Fact]
    public async Task A_notification_that_cannot_be_read_counts_as_a_lost_one()
    {
        var overruns = 0;
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var listener = new NetlinkListener(_socket);
        var ended = listener.RunAsync("broken", (in message) => message.Read<LinkHeader>(out _), () => { overruns++; stop.Cancel(); }, stop.Token);
        _kernel.Write(Datagram(16, NetlinkFlags.None, new GenericHeader()));
        await Should.ThrowAsync<OperationCanceledException>(ended);
        overruns.ShouldBe(1);
    }

    // What is asked does not matter: the answer lies there already, and the acknowledgement behind it.
    Task AskAsync(NetlinkSocket.Parser<object> parse, byte[] datagram)
    {
        var request = _socket.Begin();
        request.Begin(RouteMessage.GetLink, NetlinkFlags.None, new LinkHeader());
        request.End();
        for (var at = 0; at + NetlinkHeader.Size <= datagram.Length && at >= 0;)
        {
            MemoryMarshal.Write(datagram.AsSpan(at + 8), request.FirstSequence);
            at += Math.Max(NetlinkHeader.Align(BitConverter.ToInt32(datagram, at)), NetlinkHeader.Size);
        }
        if (datagram.Length > 0) _kernel.Write(datagram);
        var acknowledgement = Datagram(NetlinkHeader.Error, NetlinkFlags.Capped, new Refusal());
        MemoryMarshal.Write(acknowledgement.AsSpan(8), request.FirstSequence);
        _kernel.Write(acknowledgement);
        try
        {
            _socket.Query(request, parse, []);
            return Task.CompletedTask;
        }
        finally
        {
            _kernel.ReadExactly(new byte[request.Length]);
            while (TryReceive()) { }
        }
    }

    bool TryReceive()
    {
        try
        {
            _socket.Receive();
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    static byte[] Break(byte[] message, Random random)
    {
        byte[] bytes = [.. message];
        switch (random.Next(6))
        {
            case 0: return bytes[..random.Next(bytes.Length)];
            case 1: return [.. bytes, .. message[..random.Next(message.Length)]];
            case 2:
                // A length that a header or an attribute might have.
                MemoryMarshal.Write(bytes.AsSpan(random.Next(bytes.Length / 4) * 4), (ushort)random.Next(40));
                return bytes;
            default:
                for (var changes = random.Next(0, 4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
        }
    }

    /// <summary>What a kernel says of links, addresses, routes, flows, rules and refusals, each with its reader.</summary>
    static List<(NetlinkSocket.Parser<object> Parse, byte[] Message)> Answers()
    {
        List<(NetlinkSocket.Parser<object>, byte[])> answers = [];
        NetworkNamespace.Run(() =>
        {
            NetworkNamespace.Shell("ip link add one type veth peer name two; ip link set one alias text up; ip address add 192.0.2.1/24 dev one; ip address add 2001:db8::1/64 dev one");
            using var socket = NetlinkSocket.Open(Family.Route);
            Capture(RouteMessage.GetLink, new LinkHeader(), (in message) => Link.Parse(message));
            Capture(RouteMessage.GetAddress, new AddressHeader(), (in message) => InterfaceAddress.Parse(message));
            Capture(RouteMessage.GetRoute, new RouteHeader(), (in message) => Route.Parse(message));

            void Capture<T>(ushort type, T header, NetlinkSocket.Parser<object> parse) where T : unmanaged =>
                answers.AddRange(socket.Dump(type, header, BytesOf, "dump").Select(bytes => (parse, bytes)));
        });
        answers.Add(((in message) => Conntrack.Parse(message), Flow()));
        answers.Add(((in message) => FirewallMonitor.ReadProcessId(message) as object,
            Datagram(NewGeneration, NetlinkFlags.None, 0u, (ref writer) => writer.Attribute(2, 7u))));
        var refusal = new Refusal { Errno = -22, Length = NetlinkHeader.Size };
        answers.AddRange(
            from flags in new[] { NetlinkFlags.Capped | NetlinkFlags.HasDetails, NetlinkFlags.HasDetails, NetlinkFlags.None }
            select ((NetlinkSocket.Parser<object>)((in _) => null),
                Datagram(NetlinkHeader.Error, flags, refusal, (ref writer) => writer.Attribute(1, "no such thing"))));
        return answers;
    }

    static byte[] BytesOf(in NetlinkMessage message)
    {
        var header = message.Header;
        return [.. MemoryMarshal.AsBytes(new ReadOnlySpan<NetlinkHeader>(in header)), .. message.Body];
    }

    static byte[] Flow() => Datagram(NewFlow, NetlinkFlags.None, 0u, (ref writer) =>
    {
        foreach (ushort direction in new[] { 1, 2 })
        {
            var tuple = writer.BeginNested((ushort)(Nested | direction));
            var addresses = writer.BeginNested(Nested | 1);
            writer.Attribute(1, [192, 0, 2, 1]);
            writer.Attribute(2, [192, 0, 2, 2]);
            writer.EndNested(addresses);
            var ports = writer.BeginNested(Nested | 2);
            writer.Attribute(1, [6]);
            writer.Attribute(2, [0, 80]);
            writer.Attribute(3, [0, 81]);
            writer.EndNested(ports);
            writer.EndNested(tuple);
        }
        writer.Attribute(12, 5u);
    });

    delegate void Filler(ref NetlinkWriter writer);

    static byte[] Datagram<T>(ushort type, NetlinkFlags flags, T fixedPart, Filler? fill = null) where T : unmanaged
    {
        var bytes = new byte[512];
        var writer = new NetlinkWriter(bytes, 0);
        writer.Begin(type, flags, fixedPart);
        fill?.Invoke(ref writer);
        writer.End();
        MemoryMarshal.Write(bytes.AsSpan(6), flags); // an answer is no request
        return bytes[..writer.Length];
    }

    /// <summary><c>struct nlmsgerr</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Refusal
    {
        public int Errno;
        public int Length;
        readonly ulong _typeFlagsAndSequence;
        readonly uint _portId;
    }

    [DllImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    static extern int SocketPair(int domain, int type, int protocol, [Out] int[] pair);
}
