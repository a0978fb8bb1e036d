using System.Net;

namespace Hawser.Converge;

/// <summary>A host on the underlay that packets for other chassis go to first: the chassis itself, or a router.</summary>
/// <param name="Link">The index of the link that it is on.</param>
/// <param name="Address">Its address there.</param>
readonly record struct NextHop(int Link, IPAddress Address);

/// <summary>
/// Tells when to ask which next hop for its MAC address: more often at first, because Open vSwitch learns nothing from an
/// answer that comes before its tunnels and addresses are in order, and later just often enough that it does not forget.
/// </summary>
sealed class NeighbourQuestions(TimeProvider time)
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    // Open vSwitch looks at no answer that a datapath flow of the one before forwards, and such a flow goes when it has had no
    // packet for 10 seconds (other_config:max-idle). Questions that come faster keep it, and teach nothing.
    static readonly TimeSpan Second = TimeSpan.FromSeconds(12);
    // Open vSwitch forgets an address that it has not used for 15 minutes (ovs-appctl tnl/neigh/aging).
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    static readonly TimeSpan LongestWithoutAnswer = TimeSpan.FromSeconds(30);

    readonly Dictionary<NextHop, (long At, TimeSpan Wait)> _asked = [];
    HashSet<Guid> _tunnels = [];

    /// <summary>Takes in which tunnels there are, and where their packets go first. A new tunnel's next hop is asked for at once.</summary>
    public void Follow(IReadOnlyDictionary<Guid, NextHop> tunnels)
    {
        foreach (var unused in _asked.Keys.Except(tunnels.Values).ToList()) _asked.Remove(unused);
        foreach (var (tunnel, hop) in tunnels)
        {
            if (!_tunnels.Contains(tunnel)) _asked.Remove(hop);
        }
        _tunnels = [.. tunnels.Keys];
    }

    /// <summary>How long until a next hop is to be asked for.</summary>
    /// <param name="hop">Which.</param>
    /// <param name="isKnown">Whether the kernel has its MAC address.</param>
    public TimeSpan Until(NextHop hop, bool isKnown)
    {
        if (!_asked.TryGetValue(hop, out var last)) return TimeSpan.Zero;
        var wait = isKnown || last.Wait < LongestWithoutAnswer ? last.Wait : LongestWithoutAnswer;
        var left = wait - time.GetElapsedTime(last.At);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Notes that a next hop was asked for.</summary>
    public void Asked(NextHop hop)
    {
        var wait = _asked.TryGetValue(hop, out var last) ? Next(last.Wait) : First;
        _asked[hop] = (time.GetTimestamp(), wait);
    }

    static TimeSpan Next(TimeSpan wait)
    {
        if (wait < Second) return Second;
        return wait * 2 < Longest ? wait * 2 : Longest;
    }
}
