using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>What can be opened inside a network namespace. A descriptor keeps the namespace that it was made in.</summary>
/// <param name="Word">How a request to the agent names it.</param>
public readonly record struct NamespaceOpening(string Word)
{
    const int Raw = 3;
    const int Datagram = 2;
    const int CloseOnExec = 0x80000;
    const string IPv6Prefix = "ipv6 ";

    /// <summary>A socket of rtnetlink.</summary>
    public static NamespaceOpening Routes { get; } = new("routes");

    /// <summary>A socket for ethtool's requests.</summary>
    public static NamespaceOpening Ethtool { get; } = new("ethtool");

    /// <summary>The setting that keeps IPv6 from a link.</summary>
    public static NamespaceOpening IPv6Of(string link) => new(IPv6Prefix + link);

    /// <summary>Opens it on the calling thread.</summary>
    /// <exception cref="LinuxException">The kernel refused it, or the word means nothing.</exception>
    internal SafeFileHandle Open()
    {
        if (this == Routes) return Libc.Check(Libc.Socket(Family.Netlink, Raw | CloseOnExec, Family.Route), "open a netlink socket");
        if (this == Ethtool) return Libc.Check(Libc.Socket(Family.IPv4, Datagram | CloseOnExec, 0), "open a socket");
        if (Word.StartsWith(IPv6Prefix, StringComparison.Ordinal) && Word[IPv6Prefix.Length..] is var link && IsLinkName(link))
        {
            // /proc/sys shows the namespace of the thread that opens a file there.
            return File.OpenHandle($"/proc/sys/net/ipv6/conf/{link}/disable_ipv6", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        }
        throw new LinuxException(Errno.InvalidArgument, $"open \"{Word}\" in a network namespace");
    }

    static bool IsLinkName(string name) =>
        name is { Length: > 0 and < 16 } and not ("." or ".." or "all" or "default") && !name.Contains('/', StringComparison.Ordinal);
}
