using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Plan;

namespace Hawser.Apply;

/// <summary>What the units of a round are planned from.</summary>
sealed record RoundContext(HostIntent Intent, HostFacts Facts)
{
    /// <summary>What must exist for a unit, or null if nothing may.</summary>
    public DesiredUnit? Plan(UnitId unit, NorthboundView view) => Planner.Plan(unit, Intent, Facts, view);

    /// <summary>What a unit that goes leaves behind.</summary>
    public LeavingUnit Leaving(UnitId unit, NorthboundView view) => Planner.Leaving(unit, Intent, Facts.Ovn.Chassis ?? "", view);
}
