namespace Hawser.Linux;

/// <summary>What decides whether the kernel answers ARP on one link for an address of another.</summary>
/// <param name="Ignore"><c>net.ipv4.conf.LINK.arp_ignore</c></param>
/// <param name="IsFiltering"><c>net.ipv4.conf.LINK.arp_filter</c></param>
/// <param name="ReversePath"><c>net.ipv4.conf.LINK.rp_filter</c></param>
public readonly record struct ArpSettings(int Ignore, bool IsFiltering, int ReversePath)
{
    // The modes of arp_ignore that answer for addresses of the link alone (1, 2), or for none of the host's own (8).
    const int OwnLink = 1;
    const int OwnSubnet = 2;
    const int Nothing = 8;

    // The mode of rp_filter that drops what comes from a host that the link is not the way to, its questions included.
    const int Strict = 1;

    /// <summary>Whether a question for an address of another link is answered.</summary>
    /// <param name="hasAddress">Whether the link has an IPv4 address: without one, any mode of rp_filter is the strict one.</param>
    public bool AnswersForOthers(bool hasAddress) =>
        Ignore is not (OwnLink or OwnSubnet or Nothing) && !IsFiltering && (ReversePath == 0 || (ReversePath != Strict && hasAddress));

    /// <summary>The settings in force on a link: each the higher one of its own and that for all links.</summary>
    public static ArpSettings Of(string link)
    {
        return new(Higher("arp_ignore"), Higher("arp_filter") != 0, Higher("rp_filter"));

        int Higher(string setting) => Math.Max(Read("all", setting), Read(link, setting));
    }

    static int Read(string link, string setting) =>
        int.TryParse(Sysctl.Read("net", "ipv4", "conf", link, setting), out var value) ? value : 0;
}
