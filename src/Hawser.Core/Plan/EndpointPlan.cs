using Hawser.Core.Intent;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
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
        var options = endpoint.Options;
        var @interface = Rows.Interface(name)
            // ovs-docker and libvirt write these too, so that OVS tools show whose interface it is.
            .WithEntries(
                Marks.ExternalIds, ("attached-mac", endpoint.Mac.ToString()), ("iface-id", endpoint.Id.Value), ("iface-status", "active"))
            .With("ingress_policing_rate", Datum.Of(options.IngressRate ?? 0))
            .With("ingress_policing_burst", Datum.Of(options.IngressBurst ?? 0));
        if (network.IsOnIntegrationBridge)
            @interface = @interface.WithEntries(Marks.ExternalIds, ("iface-id-ver", LogicalPortPlan.Version(endpoint)));
        var port = Rows.Port(name, @interface);
        var tag = endpoint.NestedVlan ?? options.Vlan ?? network.Options.Vlan;
        port = port
            .With("tag", tag is { } vlan ? Datum.Of(vlan) : Datum.Empty)
            .With("trunks", Datum.Set(options.Trunks.Select(t => (Atom)t)))
            .With("vlan_mode", VlanMode(tag, options.Trunks) is { } mode ? Datum.Of(mode) : Datum.Empty);
        return Rows.Marked(port, endpoint.Unit, facts);
    }

    // vswitch.xml, Port.vlan_mode: a tag beside trunks is the VLAN of untagged frames.
    static string? VlanMode(int? tag, ValueArray<int> trunks) => (tag, trunks.IsEmpty) switch
    {
        (null, true) => null,
        (not null, true) => "access",
        (null, false) => "trunk",
        (not null, false) => "native-untagged",
    };
}
