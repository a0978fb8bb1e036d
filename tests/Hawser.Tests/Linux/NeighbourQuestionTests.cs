using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Hawser.Linux;

namespace Hawser.Tests.Linux;

/// <summary>The kernel of another host answers as it answers its like.</summary>
public class NeighbourQuestionTests
{
    static readonly PhysicalAddress Stranger = PhysicalAddress.Parse("02-00-00-00-00-99");

    [Theory]
    [InlineData("10.1.2.1", "10.1.2.2")]
    [InlineData("fd00:1::1", "fd00:1::2")]
    public void All_on_the_link_are_asked_and_who_has_the_address_answers(string own, string peer) => Run(own, [peer], ask =>
    {
        ask.Of(peer, known: null);
        ask.NextAnswer().ShouldBe((IPAddress.Parse(peer), ask.PeerMac));
    });

    [Theory]
    [InlineData("10.1.2.1", "10.1.2.2", "10.1.2.3")]
    [InlineData("fd00:1::1", "fd00:1::2", "fd00:1::3")]
    public void One_alone_is_asked_and_nobody_else_answers(string own, string first, string second) => Run(own, [first, second], ask =>
    {
        ask.Of(first, Stranger);
        ask.Of(second, ask.PeerMac);
        ask.NextAnswer().ShouldBe((IPAddress.Parse(second), ask.PeerMac));
    });

    [Fact]
    public void A_link_that_is_gone_cannot_be_asked_by() =>
        NetworkNamespace.Run(() => Should.Throw<LinuxException>(() => new EthernetSocket(99_999)));

    static void Run(string own, string[] peers, Action<Ask> test)
    {
        var prefix = own.Contains(':', StringComparison.Ordinal) ? "/64" : "/24";
        PeerNamespace.RunBeside((_, link, peerMac) =>
        {
            using var ask = new Ask(link, IPAddress.Parse(own), peerMac);
            test(ask);
        }, [own + prefix], [.. peers.Select(p => p + prefix)]);
    }

    sealed class Ask : IDisposable
    {
        const int AllProtocols = 0x0300; // ETH_P_ALL, in network order
        readonly Socket _heard = new(AddressFamily.Packet, SocketType.Raw, (ProtocolType)AllProtocols) { ReceiveTimeout = 5000 };
        readonly EthernetSocket _socket;
        readonly Link _link;
        readonly IPAddress _own;

        public Ask(Link link, IPAddress own, PhysicalAddress peerMac)
        {
            (_link, _own) = (link, own);
            _socket = new EthernetSocket(link.Index);
            PeerMac = peerMac;
        }

        public PhysicalAddress PeerMac { get; }

        public void Of(string address, PhysicalAddress? known) =>
            _socket.Send(new NeighbourQuestion(IPAddress.Parse(address), _own, _link.Address!, known).ToFrame());

        /// <summary>Who has which address, as Open vSwitch reads it from an answer.</summary>
        public (IPAddress Address, PhysicalAddress Mac) NextAnswer()
        {
            var buffer = new byte[2000];
            while (true)
            {
                var frame = buffer.AsSpan(0, _heard.Receive(buffer));
                if (frame.Length >= 42 && frame[12] == 0x08 && frame[13] == 0x06 && frame[21] == 2)
                    return (new(frame[28..32]), Mac(frame[22..28]));
                // A neighbour advertisement, and its option "target link-layer address".
                if (frame.Length >= 86 && frame[12] == 0x86 && frame[20] == 58 && frame[54] == 136 && frame[78] == 2)
                    return (new(frame[62..78]), Mac(frame[80..86]));
            }
        }

        public void Dispose()
        {
            _socket.Dispose();
            _heard.Dispose();
        }

        static PhysicalAddress Mac(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());
    }
}
