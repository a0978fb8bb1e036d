namespace Hawser.Core.Options;

/// <summary>The driver options of one attachment (<c>docker network connect --driver-opt …</c>), parsed. Null means not given.</summary>
public sealed record EndpointOptions
{
    /// <summary>Access VLAN of this port, instead of the network's.</summary>
    public int? Vlan { get; init; }

    /// <summary>VLANs that this port carries tagged.</summary>
    public ValueArray<int> Trunks { get; init; } = [];

    /// <summary>What the container may send, in kbit/s (<c>Interface.ingress_policing_rate</c>).</summary>
    public int? IngressRate { get; init; }

    /// <summary>The burst above that rate, in kbit (<c>Interface.ingress_policing_burst</c>).</summary>
    public int? IngressBurst { get; init; }

    /// <summary>Leading bytes of the MAC that is made for the endpoint's address, as "0e:00:01".</summary>
    public string? MacPrefix { get; init; }

    /// <summary>The prefix of the interface's name in the container, instead of the network's.</summary>
    public string? InterfacePrefix { get; init; }

    /// <summary>The bytes of <see cref="MacPrefix"/>.</summary>
    public byte[] MacPrefixBytes => MacAddress.ParseBytes(MacPrefix) ?? [];
}
