using System.Net.NetworkInformation;

namespace Hawser.Linux;

/// <summary>A veth pair to make.</summary>
public sealed record VethSpec
{
    /// <summary>The name of the end that stays on the host.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the end that goes into a container.</summary>
    public required string PeerName { get; init; }

    /// <summary>The MTU of both ends; the kernel's 1500 if not given.</summary>
    public int? Mtu { get; init; }

    /// <summary>The MAC address of the peer; a random one if not given.</summary>
    public PhysicalAddress? PeerAddress { get; init; }

    /// <summary>The alias of both ends, by which their maker knows them again.</summary>
    public required string Alias { get; init; }

    /// <summary>Whether the host's end is set up.</summary>
    public bool Up { get; init; } = true;

    /// <summary>The group of the host's end.</summary>
    public uint Group { get; init; }

    /// <summary>Whether the kernel answers ARP on the host's end (<c>ip link set NAME arp off</c>).</summary>
    public bool Arp { get; init; } = true;

    /// <summary>The namespace that the peer is made in; that of the socket if not given.</summary>
    public NetworkNamespace? PeerNamespace { get; init; }

    /// <summary>The command line that does the larger part of it.</summary>
    internal string Verb => $"ip link add {Name} type veth peer name {PeerName}";
}
