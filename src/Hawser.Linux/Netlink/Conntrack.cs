using System.Net;
using System.Runtime.InteropServices;

namespace Hawser.Linux;

/// <summary>A flow that the kernel remembers, as its first packet came and as its answers come.</summary>
/// <param name="Protocol">The IP protocol's number.</param>
/// <param name="Source">Who began it; the port is 0 for a protocol without ports.</param>
/// <param name="Destination">Whom it was sent to.</param>
/// <param name="Answerer">Who answers: not the destination, if a rule led the flow elsewhere.</param>
public sealed record Flow(byte Protocol, IPEndPoint Source, IPEndPoint Destination, IPEndPoint Answerer)
{
    internal uint Id { get; init; }

    /// <summary>The attribute that names it, as the kernel wrote it.</summary>
    internal byte[] Tuple { get; init; } = [];
}

/// <summary>The flows that the kernel remembers (connection tracking), by nfnetlink.</summary>
/// <remarks>
/// The rules of the table nat are asked for a flow's first packet only: what they said holds for as long as the flow is
/// remembered.
/// </remarks>
public sealed class Conntrack : IDisposable
{
    // linux/netfilter/nfnetlink.h and nfnetlink_conntrack.h. A message's type is the subsystem and the message in one byte each.
    const ushort Get = (1 << 8) | 1;
    const ushort Delete = (1 << 8) | 2;
    const ushort Nested = 0x8000;
    const int Original = 1;
    const int Reply = 2;
    const int Identifier = 12;
    const int Zone = 18;
    const int TupleAddresses = 1;
    const int TuplePorts = 2;
    const int TupleZone = 3;

    // Keeps a batch well inside the socket's buffers.
    const int Chunk = 256;

    readonly NetlinkSocket _socket = NetlinkSocket.Open(Family.Netfilter);

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary><c>conntrack -L</c>, without what is in zones of others, such as Open vSwitch's.</summary>
    /// <param name="wanted">Which to return.</param>
    /// <returns>The flows.</returns>
    public IReadOnlyList<Flow> Find(Func<Flow, bool> wanted) =>
        _socket.Dump(
            Get, new FlowHeader(),
            (in NetlinkMessage message) => Parse(message) is { } flow && wanted(flow) ? flow : null, "conntrack -L");

    /// <summary><c>conntrack -D</c> for each. One that is gone already is fine.</summary>
    /// <param name="flows">Flows that were found.</param>
    public void Forget(IReadOnlyList<Flow> flows)
    {
        foreach (var chunk in flows.Chunk(Chunk))
        {
            var writer = _socket.Begin();
            foreach (var flow in chunk)
            {
                var isIPv4 = flow.Source.Address.GetAddressBytes().Length == 4;
                writer.Begin(Delete, NetlinkFlags.None, new FlowHeader { Family = isIPv4 ? Family.IPv4 : Family.IPv6 });
                writer.Attribute(Nested | Original, flow.Tuple);
                writer.Attribute(Identifier, flow.Id);
                writer.End();
            }

            foreach (var ack in _socket.Transact(writer))
            {
                if (ack.Errno != Errno.NoEntry) ack.Require("conntrack -D");
            }
        }
    }

    internal static Flow? Parse(in NetlinkMessage message)
    {
        message.Read<FlowHeader>(out var attributes);
        (byte Protocol, IPEndPoint Source, IPEndPoint Destination)? original = null, reply = null;
        byte[] tuple = [];
        var id = 0u;
        while (attributes.TryRead(out var attribute))
        {
            switch (attribute.Type)
            {
                case Original:
                    original = ParseTuple(attribute.Nested);
                    tuple = attribute.Value.ToArray();
                    break;
                case Reply: reply = ParseTuple(attribute.Nested); break;
                case Identifier: id = (uint)attribute.Int32; break;
                case Zone: return null;
                default: break;
            }
        }

        return original is { } begun && reply is { } answer
            ? new(begun.Protocol, begun.Source, begun.Destination, answer.Source) { Id = id, Tuple = tuple }
            : null;
    }

    static (byte Protocol, IPEndPoint Source, IPEndPoint Destination)? ParseTuple(NetlinkAttributes tuple)
    {
        IPAddress? source = null, destination = null;
        byte protocol = 0;
        int sourcePort = 0, destinationPort = 0;
        while (tuple.TryRead(out var part))
        {
            var inner = part.Nested;
            if (part.Type == TupleZone) return null;
            while (inner.TryRead(out var attribute))
            {
                switch ((part.Type, attribute.Type))
                {
                    case (TupleAddresses, 1 or 3): source = attribute.Address; break;
                    case (TupleAddresses, 2 or 4): destination = attribute.Address; break;
                    case (TuplePorts, 1): protocol = attribute.Byte; break;
                    case (TuplePorts, 2): sourcePort = attribute.NetworkUInt16; break;
                    case (TuplePorts, 3): destinationPort = attribute.NetworkUInt16; break;
                    default: break;
                }
            }
        }

        return source is null || destination is null ? null : (protocol, new(source, sourcePort), new(destination, destinationPort));
    }

    /// <summary><c>struct nfgenmsg</c>: the fixed part of a message about packet filtering.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct FlowHeader
    {
        public byte Family;
        readonly byte _version;
        readonly ushort _resource;
    }
}
