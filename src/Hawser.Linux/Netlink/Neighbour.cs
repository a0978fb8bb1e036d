using System.Net;

namespace Hawser.Linux;

/// <summary>A host on the same link, as the kernel knows it.</summary>
/// <param name="Index">The link.</param>
/// <param name="Address">The host's IP address.</param>
/// <param name="IsKnown">Whether the kernel has its MAC address.</param>
/// <param name="IsPermanent">Whether somebody set it by hand, so that the kernel never asks for it.</param>
public sealed record Neighbour(int Index, IPAddress Address, bool IsKnown, bool IsPermanent)
{
    const NeighbourStates Known =
        NeighbourStates.Reachable | NeighbourStates.Stale | NeighbourStates.Delay | NeighbourStates.Probe | Permanent;

    const NeighbourStates Permanent = NeighbourStates.Permanent | NeighbourStates.NoArp;

    /// <summary>Reads RTM_NEWNEIGH; null for a family other than IPv4 and IPv6.</summary>
    internal static Neighbour? Parse(in NetlinkMessage message)
    {
        var header = message.Read<NeighbourHeader>(out var attributes);
        if (header.Family is not (Family.IPv4 or Family.IPv6)) return null;
        while (attributes.TryRead(out var attribute))
        {
            if (attribute.Type != NeighbourAttribute.Destination) continue;
            return new(header.Index, new(attribute.Value), (header.State & Known) != 0, (header.State & Permanent) != 0);
        }

        return null;
    }
}
