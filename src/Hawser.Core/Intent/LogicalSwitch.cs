namespace Hawser.Core.Intent;

/// <summary>The logical switch of a network: the same on every host that has a network with this name for it.</summary>
/// <param name="Name">Its name in OVN's northbound database.</param>
/// <param name="PortSecurity">Whether a container can send only from its own MAC and IP addresses.</param>
public sealed record LogicalSwitch(string Name, bool PortSecurity)
{
    /// <summary>The routing domain that the switch is in, or null if it is in none.</summary>
    public string? Vrf { get; init; }

    /// <summary>Whether OVN answers questions for names at the gateways' addresses, which nobody else has.</summary>
    public bool Dns { get; init; }

    /// <summary>
    /// The logical port of this machine, if it is itself on OVN. The ports of its containers are nested in it, each with a VLAN
    /// of its own on the machine's network card, and another host's ovn-controller binds them. Null for a chassis.
    /// </summary>
    public string? Parent { get; init; }

    /// <summary>
    /// Which of the host's subnets of <see cref="Ipam.Transit"/> leads to the domain. It is the same for all of the domain's
    /// networks on this host.
    /// </summary>
    public int TransitSubnet { get; init; }
}
