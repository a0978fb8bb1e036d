using System.Net;
using System.Net.Sockets;

namespace Hawser.Core.Ipam;

/// <summary>Chooses a subnet for a network whose user named none.</summary>
public static class PoolChooser
{
    // Private addresses that Docker's own address manager does not begin with, in subnets of 254 hosts. For IPv6, a unique
    // local prefix (RFC 4193) with room for 65,536 networks.
    static readonly IPNetwork Plan = IPNetwork.Parse("10.128.0.0/9");
    static readonly IPNetwork PlanIPv6 = IPNetwork.Parse("fd68:6177:7365::/48");
    const int PrefixLength = 24;
    const int PrefixLengthIPv6 = 64;

    /// <summary>A subnet that overlaps with none of the taken ones; null if all are taken.</summary>
    /// <param name="isIPv6">The family.</param>
    /// <param name="prefixLength">The length of its prefix, or null for the usual length.</param>
    /// <param name="taken">
    /// The subnets that are in use. Those that Docker does not like are among them: it asks again while it holds them.
    /// </param>
    public static IPNetwork? Choose(bool isIPv6, int? prefixLength, IReadOnlyCollection<IPNetwork> taken)
    {
        var plan = isIPv6 ? PlanIPv6 : Plan;
        var length = prefixLength ?? (isIPv6 ? PrefixLengthIPv6 : PrefixLength);
        if (length <= plan.PrefixLength) return null;
        var family = isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var same = taken.Where(t => t.BaseAddress.AddressFamily == family).ToList();
        var all = new AddressPool("", "", plan, null);
        var step = UInt128.One << ((isIPv6 ? 128 : 32) - length);
        for (UInt128 at = 0; at < all.Size; at += step)
        {
            var candidate = new IPNetwork(all.At(at), length);
            if (!same.Any(t => AddressPool.Overlap(t, candidate))) return candidate;
        }
        return null;
    }
}
