using System.Net;
using System.Net.Sockets;

namespace Hawser.Core.Intent;

/// <summary>One of a network's subnets, as Docker's IPAM gave it.</summary>
/// <param name="Pool">The subnet; 0.0.0.0/0 where the null IPAM driver was asked.</param>
/// <param name="Gateway">The gateway's address, or null where there is none.</param>
public sealed record Subnet(IPNetwork Pool, IPAddress? Gateway)
{
    /// <summary>The addresses that <c>--aux-address</c> keeps for others.</summary>
    public ValueArray<IPAddress> Auxiliary { get; init; } = [];

    /// <summary>
    /// Whether the link that holds the gateway's address held it before the network was made. If so, it is somebody else's and
    /// stays. An address carries no mark that could tell.
    /// </summary>
    public bool IsGatewayForeign { get; init; }

    /// <summary>Whether this is an IPv6 subnet.</summary>
    public bool IsIPv6 => Pool.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Whether it stands for addresses at all: the null IPAM driver gives 0.0.0.0/0.</summary>
    public bool IsReal => Pool.PrefixLength > 0;

    /// <summary>The first address that a host can have in it.</summary>
    public IPAddress First
    {
        get
        {
            var bytes = Pool.BaseAddress.GetAddressBytes();
            bytes[^1]++;
            return new IPAddress(bytes);
        }
    }

    /// <summary>Whether some address lies in both.</summary>
    public bool Overlaps(Subnet other) =>
        IsReal && other.IsReal && (Pool.Contains(other.Pool.BaseAddress) || other.Pool.Contains(Pool.BaseAddress));
}
