namespace Hawser.Linux;

/// <summary>What the kernel answered to one message.</summary>
/// <param name="Errno">Zero for success.</param>
/// <param name="Details">The extended acknowledgement's words, if there were any.</param>
internal readonly record struct NetlinkAck(int Errno, string? Details)
{
    const int TextAttribute = 1; // NLMSGERR_ATTR_MSG

    public bool Failed => Errno != 0;

    /// <summary>Throws if the message was refused.</summary>
    /// <param name="verb">What it asked for, as a command line.</param>
    public void Require(string verb)
    {
        if (Failed) throw ToException(verb);
    }

    public NetlinkException ToException(string verb) => new(Errno, verb, Details);

    /// <summary>Reads an NLMSG_ERROR, which is also how success is told; NLMSG_DONE begins alike.</summary>
    public static NetlinkAck Parse(in NetlinkMessage message)
    {
        var errno = -NetlinkValue.Read<int>(message.Body);
        return new(errno, message.Header.Flags.HasFlag(NetlinkFlags.HasDetails) ? ReadText(message) : null);
    }

    static string? ReadText(in NetlinkMessage message)
    {
        // struct nlmsgerr: the error, then the header of the refused message, or all of it when it was not capped.
        var offset = sizeof(int);
        if (message.Header.Type == NetlinkHeader.Error)
        {
            var refused = NetlinkValue.Read<NetlinkHeader>(message.Body[sizeof(int)..]);
            offset += message.Header.Flags.HasFlag(NetlinkFlags.Capped) ? NetlinkHeader.Size : NetlinkHeader.Align(refused.Length);
        }

        if (offset < 0 || offset > message.Body.Length) throw NetlinkException.BadMessage("the refused message is longer than its answer");

        var attributes = new NetlinkAttributes(message.Body[offset..]);
        while (attributes.TryRead(out var attribute))
        {
            if (attribute.Type == TextAttribute) return attribute.Text;
        }

        return null;
    }
}
