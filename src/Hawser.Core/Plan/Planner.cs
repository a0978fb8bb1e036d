using Hawser.Core.Intent;

namespace Hawser.Core.Plan;

/// <summary>
/// Computes what must exist. It is pure: the same intent, facts and contents of the northbound database give the same plan. This
/// is the only place that knows how each kind of unit is planned.
/// </summary>
public static class Planner
{
    /// <summary>Every unit that intent asks for or still has to remove.</summary>
    public static IEnumerable<UnitId> Units(HostIntent intent) =>
        intent.Networks.Values.SelectMany(n => n.Units).Concat(intent.Attachments.Values.Select(a => UnitId.Bridge(a.Bridge))).Distinct()
            .Concat(intent.Endpoints.Values.Select(e => e.Unit))
            .Concat(intent.Attachments.Values.Select(a => a.Unit));

    /// <summary>What must exist for a unit, or null if nothing may.</summary>
    public static DesiredUnit? Plan(UnitId unit, HostIntent intent, HostFacts facts, NorthboundView view) => unit.Kind switch
    {
        UnitKind.Bridge => BridgePlan.For(unit.Name, intent, facts),
        UnitKind.Router => LogicalRouterPlan.For(unit.Name, intent, facts, view),
        UnitKind.Switch => LogicalSwitchPlan.For(unit.Name, intent, facts, view),
        UnitKind.Endpoint => EndpointPlan.For(new EndpointId(unit.Name), intent, facts),
        UnitKind.Attachment => AttachmentPlan.For(new AttachmentId(unit.Name), intent, facts),
        _ => null,
    };

    /// <summary>What a unit that goes leaves behind.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="intent">The intent, including the networks that go.</param>
    /// <param name="chassis">The host that the unit goes from.</param>
    /// <param name="view">The northbound database.</param>
    public static LeavingUnit Leaving(UnitId unit, HostIntent intent, string chassis, NorthboundView view) => unit.Kind switch
    {
        UnitKind.Bridge => BridgePlan.Leaving(unit.Name, intent),
        UnitKind.Router => new LeavingUnit { Share = LogicalRouterPlan.Leaving(unit.Name, chassis, view), HasRules = true },
        UnitKind.Switch => new LeavingUnit { Share = LogicalSwitchPlan.Leaving(unit.Name, view) },
        _ => new LeavingUnit(),
    };

    /// <summary>The datapath type that a bridge has or gets: "system" or "netdev".</summary>
    public static string DatapathType(string bridge, HostIntent intent, HostFacts facts) => BridgePlan.DatapathType(bridge, intent, facts);
}
