using System.Net;

namespace Hawser.Linux;

/// <summary>The way that a packet takes.</summary>
/// <param name="Index">The link that it leaves by.</param>
/// <param name="Gateway">The router that it goes to first; null if the destination is on the link.</param>
public sealed record Route(int Index, IPAddress? Gateway)
{
    /// <summary>Reads RTM_NEWROUTE; null for a route that leaves by no link.</summary>
    internal static Route? Parse(in NetlinkMessage message)
    {
        message.Read<RouteHeader>(out var attributes);
        int? index = null;
        IPAddress? gateway = null;
        while (attributes.TryRead(out var attribute))
        {
            if (attribute.Type == RouteAttribute.OutputInterface) index = attribute.Int32;
            if (attribute.Type == RouteAttribute.Gateway) gateway = attribute.Address;
        }

        return index is { } found ? new(found, gateway) : null;
    }
}
