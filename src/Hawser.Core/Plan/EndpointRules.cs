using Hawser.Core.Intent;

namespace Hawser.Core.Plan;

/// <summary>What an endpoint may ask for on its network. An option that cannot act there is refused.</summary>
public static class EndpointRules
{
    /// <summary>Refuses an endpoint with an option that would do nothing, or harm, on its network.</summary>
    /// <exception cref="PluginException">It has one; the message names option, value and what is allowed.</exception>
    public static void Check(EndpointRecord endpoint, NetworkRecord network, HostIntent intent, HostFacts facts)
    {
        CheckVlans(endpoint, network);
        CheckPolicing(endpoint, network, intent, facts);
    }

    // A tag on the integration bridge's port hides the container from OVN; a nested port's VLAN is OVN's choice.
    static void CheckVlans(EndpointRecord endpoint, NetworkRecord network)
    {
        if (network.Logical is not { } logical) return;
        var options = endpoint.Options;
        if (options.Vlan is { } vlan) Refuse("ovs.port.vlan", $"{vlan}");
        if (!options.Trunks.IsEmpty) Refuse("ovs.port.trunks", string.Join(',', options.Trunks));

        void Refuse(string option, string value) => throw new PluginException(
            $"option {option}: \"{value}\" is not allowed: network {network.Id.Short} is logical switch {logical.Name} of OVN, "
            + "which has no VLANs for containers; it works on networks of the driver ovs");
    }

    // Open vSwitch polices with a filter of the kernel on the veth. Its userspace datapath reads frames before that filter does.
    static void CheckPolicing(EndpointRecord endpoint, NetworkRecord network, HostIntent intent, HostFacts facts)
    {
        if (endpoint.Options.IngressRate is not > 0) return;
        var bridge = facts.BridgeOf(network);
        if (Planner.DatapathType(bridge, intent, facts) != "netdev") return;
        throw new PluginException(
            $"option ovs.port.ingress_rate: \"{endpoint.Options.IngressRate}\" is not allowed: bridge {bridge} is on the "
            + "userspace datapath (netdev), where Open vSwitch cannot limit what a container sends; "
            + "it works on bridges of the kernel datapath (system)");
    }
}
