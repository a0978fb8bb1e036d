namespace Hawser.Core.Options;

/// <summary>The options of <c>docker network create -d ovs -o …</c>, parsed. Null means not given.</summary>
public sealed record NetworkOptions
{
    /// <summary>How the network reaches the outside.</summary>
    public BridgeMode Mode { get; init; }

    /// <summary>The bridge to use; without it the network has one of its own.</summary>
    public string? BridgeName { get; init; }

    /// <summary>MTU of the ports and the containers' interfaces, in bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>A link of the host to be added to the bridge as its uplink.</summary>
    public string? BindInterface { get; init; }

    /// <summary>Whether to take the uplink even though it holds an address.</summary>
    public bool BindInterfaceForce { get; init; }

    /// <summary>Access VLAN of the network's containers, 1 to 4094.</summary>
    public int? Vlan { get; init; }

    /// <summary>The bridge's datapath.</summary>
    public DatapathChoice Datapath { get; init; }

    /// <summary>OpenFlow controllers ("tcp:127.0.0.1:6653").</summary>
    public ValueArray<string> Controllers { get; init; } = [];

    /// <summary>The OpenFlow datapath id: 16 hex digits, not zero.</summary>
    public string? DatapathId { get; init; }

    /// <summary>What the bridge does without a controller: "standalone" or "secure".</summary>
    public string? FailMode { get; init; }

    /// <summary>OpenFlow versions the bridge speaks ("OpenFlow13").</summary>
    public ValueArray<string> Protocols { get; init; } = [];

    /// <summary>The MAC of the bridge's own port (<c>other_config:hwaddr</c>).</summary>
    public MacAddress? LocalMac { get; init; }

    /// <summary>The prefix of the interface's name in the container.</summary>
    public string InterfacePrefix { get; init; } = "eth";
}
