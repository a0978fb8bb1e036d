using Hawser.Core.Intent;
using Hawser.Core.Tables;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>What an endpoint needs: its veth pair and its port.</summary>
static class EndpointPlan
{
    public static DesiredUnit? For(EndpointId id, HostIntent intent, HostFacts facts)
    {
        if (intent.Endpoints.GetValueOrDefault(id) is not { } endpoint || endpoint.Phase == EndpointPhase.Removing) return null;
        if (intent.NetworkOf(endpoint) is not { } network) return null;
        var name = Names.HostEnd(endpoint.Id);
        var bridge = facts.BridgeOf(network);
        return new DesiredUnit(endpoint.Unit)
        {
            Vswitch = [new RowPlacement(RowKey.Named(Vswitch.Bridge, bridge), "ports", Port(name, endpoint, network, facts))],
            Northbound = network.Logical is { } logical ? LogicalPortPlan.Rows(endpoint, network, logical, facts) : [],
            Claims = network.Logical is { } owner ? LogicalPortPlan.Claims(endpoint, owner) : [],
            Awaits = [new AwaitedInterface(name, network.IsOnIntegrationBridge ? endpoint.Id.Value : null)],
            AwaitsUp = network.Logical?.Parent is { } parent ? new AwaitedPort(endpoint.Id.Value, parent) : null,
            NeedsRules = intent.Published.Contains(endpoint.Id),
            Veth = new DesiredVeth(name, Names.ContainerEnd(endpoint.Id), endpoint.Mac, network.Options.Mtu,
                Names.Alias(facts.Instance, endpoint.Unit),
                ChecksumInSoftware: BridgePlan.DatapathType(bridge, intent, facts) == "netdev" && !facts.HasUserspaceTso,
                MayBeMade: endpoint.Phase == EndpointPhase.Reserved),
        };
    }

    static RowSpec Port(string name, EndpointRecord endpoint, NetworkRecord network, HostFacts facts)
    {
        var tag = endpoint.NestedVlan ?? endpoint.Options.Vlan ?? network.Options.Vlan;
        var port = Rows.WithInterfaceEntries(
            Rows.ContainerPort(name, tag, endpoint.Options),
            // ovs-docker and libvirt write these too, so that OVS tools show whose interface it is.
            ("attached-mac", endpoint.Mac.ToString()), ("iface-id", endpoint.Id.Value), ("iface-status", "active"));
        if (network.IsOnIntegrationBridge) port = Rows.WithInterfaceEntries(port, ("iface-id-ver", LogicalPortPlan.Version(endpoint)));
        return Rows.Marked(port, endpoint.Unit, facts);
    }
}
