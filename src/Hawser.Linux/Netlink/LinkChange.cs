using System.Net;

namespace Hawser.Linux;

/// <summary>One notification about a link, about an address (<see cref="Address"/> is set), or about lost notifications
/// (<see cref="Overrun"/>).</summary>
public sealed record LinkChange
{
    /// <summary>The link's index; 0 for an overrun.</summary>
    public int Index { get; init; }

    /// <summary>The link's name; empty for an address or an overrun.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether the link or the address is gone. A link that moves to another namespace is gone from this one.</summary>
    public bool Deleted { get; init; }

    /// <summary>The link as it is now, or as it was before it went; null for an address or an overrun.</summary>
    public Link? Link { get; init; }

    /// <summary>The address that came or went; null for a link or an overrun.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The length of the address's prefix.</summary>
    public int PrefixLength { get; init; }

    /// <summary>The kernel dropped notifications, for we were too slow: what is known must be read anew.</summary>
    public bool Overrun { get; init; }
}
