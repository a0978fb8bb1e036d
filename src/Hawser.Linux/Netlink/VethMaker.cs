using System.Text;

namespace Hawser.Linux;

/// <summary>Makes veth pairs that carry their alias from the first moment that anybody can see them.</summary>
/// <remarks>
/// The kernel takes no alias at creation, and a second message by name would mark a stranger's link if the first
/// failed because the name was taken. So a pair is born in a link group of its own, a random number, and the alias
/// goes to that group, in the same <c>sendmsg</c>: no kill can fall in between, and nobody else's link can be hit.
/// What needs no such care follows in a second <c>sendmsg</c> once the pair is known to be ours.
/// </remarks>
internal sealed class VethMaker(NetlinkSocket socket)
{
    // So that the messages of one chunk fit into the socket's buffer with aliases of full length.
    const int Chunk = 64;
    const int LongestName = 15; // IFNAMSIZ with its zero byte is 16
    const int LongestAlias = 255; // IFALIASZ is 256

    // Above what people assign by hand, and random, so that two processes do not meet.
    uint _nextGroup = 0x4000_0000 + (uint)Random.Shared.Next(0x4000_0000);

    /// <summary>Makes the pairs, a chunk at a time.</summary>
    /// <returns>For each, why it failed, or null.</returns>
    public NetlinkException?[] Make(IReadOnlyList<VethSpec> specs)
    {
        foreach (var spec in specs) Validate(spec);
        var failures = new NetlinkException?[specs.Count];
        for (var start = 0; start < specs.Count; start += Chunk)
        {
            var end = Math.Min(start + Chunk, specs.Count);
            Create(specs, start, end, failures);
            Finish(specs, start, end, failures);
        }

        return failures;
    }

    void Create(IReadOnlyList<VethSpec> specs, int start, int end, NetlinkException?[] failures)
    {
        var writer = socket.Begin();
        for (var i = start; i < end; i++)
        {
            var group = _nextGroup++;
            LinkMessages.AddVeth(ref writer, specs[i], group);
            LinkMessages.SetAliasOfGroup(ref writer, group, specs[i].Alias);
        }

        var acks = socket.Transact(writer);
        for (var i = start; i < end; i++)
        {
            var created = acks[2 * (i - start)];
            var aliased = acks[(2 * (i - start)) + 1];
            if (created.Failed) failures[i] = created.ToException(specs[i].Verb);
            else if (aliased.Failed) failures[i] = Withdraw(specs[i], aliased, $"ip link set dev {specs[i].Name} alias {specs[i].Alias}");
        }
    }

    void Finish(IReadOnlyList<VethSpec> specs, int start, int end, NetlinkException?[] failures)
    {
        const int Messages = 3;
        var made = Enumerable.Range(start, end - start).Where(i => failures[i] is null).ToArray();
        var writer = socket.Begin();
        foreach (var i in made)
        {
            // This comes before the end goes up, or it would get a link-local address first. Where there is no IPv6 (or an
            // MTU below 1280) it is refused and not needed: hence a message of its own, whose answer does not matter.
            LinkMessages.SetNoAddressGeneration(ref writer, specs[i].Name);
            var flags = (specs[i].Up ? LinkFlags.Up : default) | (specs[i].Arp ? default : LinkFlags.NoArp);
            LinkMessages.BeginSet(ref writer, specs[i].Name, flags, flags);
            writer.Attribute(LinkAttribute.Group, specs[i].Group);
            writer.End();
            // A peer that is elsewhere never was in the group of its birth: the message names the host's end once more.
            LinkMessages.BeginSet(ref writer, specs[i].PeerNamespace is null ? specs[i].PeerName : specs[i].Name);
            writer.Attribute(LinkAttribute.Group, specs[i].PeerNamespace is null ? 0 : specs[i].Group);
            writer.End();
        }

        var acks = socket.Transact(writer);
        for (var n = 0; n < made.Length; n++)
        {
            var spec = specs[made[n]];
            var (host, peer) = (acks[(Messages * n) + 1], acks[(Messages * n) + 2]);
            if (host.Failed) failures[made[n]] = Withdraw(spec, host, $"ip link set dev {spec.Name} up group default");
            else if (peer.Failed) failures[made[n]] = Withdraw(spec, peer, $"ip link set dev {spec.PeerName} group default");
        }
    }

    /// <summary>All of a pair or nothing.</summary>
    NetlinkException Withdraw(VethSpec spec, NetlinkAck cause, string verb)
    {
        var writer = socket.Begin();
        writer.Begin(RouteMessage.DeleteLink, NetlinkFlags.None, new LinkHeader());
        writer.Attribute(LinkAttribute.Name, spec.Name);
        writer.End();
        socket.Transact(writer);
        return cause.ToException(verb);
    }

    static void Validate(VethSpec spec)
    {
        // The kernel would refuse a long name only after others of the batch were made, and an alias after its pair.
        foreach (var name in (ReadOnlySpan<string>)[spec.Name, spec.PeerName])
        {
            if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > LongestName)
            {
                throw new ArgumentException($"'{name}' is not a link name of 1 to {LongestName} bytes", nameof(spec));
            }
        }

        if (Encoding.UTF8.GetByteCount(spec.Alias) > LongestAlias)
        {
            throw new ArgumentException($"the alias of {spec.Name} is longer than {LongestAlias} bytes", nameof(spec));
        }
    }
}
