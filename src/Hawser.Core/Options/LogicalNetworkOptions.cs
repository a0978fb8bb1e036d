namespace Hawser.Core.Options;

/// <summary>The options of <c>docker network create -d ovn -o …</c>, parsed. Null means not given.</summary>
public sealed record LogicalNetworkOptions
{
    /// <summary>The logical switch to share.</summary>
    public string? Switch { get; init; }

    /// <summary>Whether docker-ovn-driver named the switch: by the SHA-256 of "VRF-SUBNET".</summary>
    public bool HasHashedName { get; init; }

    /// <summary>The routing domain.</summary>
    public string? Vrf { get; init; }

    /// <summary>Whether OVN answers questions for names at the gateways' addresses.</summary>
    public bool Dns { get; init; }

    /// <summary>The logical port of this machine, which is itself on OVN: its containers' ports are nested in it.</summary>
    public string? Parent { get; init; }

    /// <summary>The bridge that this machine's end of that port is on.</summary>
    public string? Bridge { get; init; }

    /// <summary>MTU of the containers' interfaces, in bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>Whether a container can send only from its own MAC and IP addresses.</summary>
    public bool PortSecurity { get; init; } = true;

    /// <summary>The prefix of the interface's name in the container.</summary>
    public string InterfacePrefix { get; init; } = "eth";
}
