using System.Collections.Immutable;
using Hawser.Core.Intent;

namespace Hawser.Core.Plan;

/// <summary>Computes what must exist. Pure: the same intent and facts give the same plan.</summary>
public static class Planner
{
    /// <summary>Every unit that intent asks for or still has to remove.</summary>
    public static IEnumerable<UnitId> Units(HostIntent intent) =>
        intent.Networks.Values.SelectMany(n => n.Units).Distinct().Concat(intent.Endpoints.Values.Select(e => e.Unit));

    /// <summary>What must exist for a unit, or null if nothing may.</summary>
    public static DesiredUnit? Plan(UnitId unit, HostIntent intent, HostFacts facts)
    {
        if (unit.BridgeName is { } bridge) return BridgePlan.For(bridge, intent, facts);
        if (unit.Vrf is { } vrf) return LogicalRouterPlan.For(vrf, intent, facts);
        if (unit.SwitchName is { } name) return LogicalSwitchPlan.For(name, intent, facts);
        if (unit.EndpointId is not { } id) return null;
        return intent.Endpoints.TryGetValue(id, out var endpoint) && intent.NetworkOf(endpoint) is { } network
            ? EndpointPlan.For(endpoint, network, intent, facts)
            : null;
    }

    /// <summary>The links that hold addresses of a unit that goes, and may outlive it.</summary>
    public static ImmutableArray<DesiredGateway> Leaving(UnitId unit, HostIntent intent) => unit.BridgeName is { } bridge ? BridgePlan.Leaving(bridge, intent) : [];

    /// <summary>The datapath type that a bridge has or gets: "system" or "netdev".</summary>
    public static string DatapathType(string bridge, HostIntent intent, HostFacts facts) => BridgePlan.DatapathType(bridge, intent, facts);
}
