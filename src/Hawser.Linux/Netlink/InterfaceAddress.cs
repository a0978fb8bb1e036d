using System.Net;

namespace Hawser.Linux;

/// <summary>An IP address on a network interface.</summary>
/// <param name="Index">The interface's index.</param>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of its network's prefix.</param>
public sealed record InterfaceAddress(int Index, IPAddress Address, int PrefixLength)
{
    /// <summary>Reads RTM_NEWADDR or RTM_DELADDR; null for a family other than IPv4 and IPv6.</summary>
    internal static InterfaceAddress? Parse(in NetlinkMessage message)
    {
        var header = message.Read<AddressHeader>(out var attributes);
        if (header.Family is not (Family.IPv4 or Family.IPv6)) return null;
        IPAddress? local = null, address = null;
        while (attributes.TryRead(out var attribute))
        {
            if (attribute.Type == AddressAttribute.Local) local = attribute.Address;
            if (attribute.Type == AddressAttribute.Address) address = attribute.Address;
        }

        // On a point-to-point link IFA_ADDRESS is the other end; IFA_LOCAL, where given, is always ours.
        return (local ?? address) is { } own ? new(header.Index, own, header.PrefixLength) : null;
    }
}
