using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Plan;

namespace Hawser.Apply;

/// <summary>What the units of a round are planned from.</summary>
/// <param name="Intent">What Docker asked for.</param>
/// <param name="Facts">What plans know of the host.</param>
sealed record RoundContext(HostIntent Intent, HostFacts Facts)
{
    /// <summary>What must exist for a unit, or null if nothing may.</summary>
    public DesiredUnit? Plan(UnitId unit, NorthboundView view) => Planner.Plan(unit, Intent, Facts, view);

    /// <summary>What a unit that goes leaves behind.</summary>
    public LeavingUnit Leaving(UnitId unit, NorthboundView view) => Planner.Leaving(unit, Intent, Facts.Ovn.Chassis ?? "", view);

    /// <summary>The links of a unit that hold gateway addresses, also if the unit goes.</summary>
    public IEnumerable<DesiredGateway> Gateways(PlannedUnit unit) =>
        unit.Desired?.Gateways ?? Leaving(unit.Unit, NorthboundView.Empty).Gateways;

    /// <summary>Whether a unit waits for the firewall's rules.</summary>
    public bool NeedsRules(PlannedUnit unit) => unit.Desired?.NeedsRules ?? Leaving(unit.Unit, NorthboundView.Empty).HasRules;
}
