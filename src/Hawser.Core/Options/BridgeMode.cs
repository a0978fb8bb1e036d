namespace Hawser.Core.Options;

/// <summary>How a network reaches what lies outside its bridge.</summary>
public enum BridgeMode
{
    /// <summary>The bridge holds the gateway address; what leaves is masqueraded.</summary>
    Nat,

    /// <summary>The bridge holds the gateway address; what leaves keeps its source address.</summary>
    Routed,

    /// <summary>Layer 2 only: the host has no address in the network.</summary>
    Flat,
}

/// <summary>Which datapath a bridge asks of ovs-vswitchd (<c>Bridge.datapath_type</c>).</summary>
public enum DatapathChoice
{
    /// <summary>The kernel's where it has one, else userspace.</summary>
    Auto,

    /// <summary>The kernel's openvswitch datapath.</summary>
    System,

    /// <summary>The userspace datapath.</summary>
    Netdev,
}
