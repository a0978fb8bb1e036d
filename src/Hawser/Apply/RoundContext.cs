using System.Diagnostics.CodeAnalysis;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.Ovsdb;

namespace Hawser.Apply;

/// <summary>What the units of a round are planned from.</summary>
/// <param name="Intent">What Docker and the operator asked for.</param>
/// <param name="Facts">What plans know of the host.</param>
/// <param name="View">What plans know of OVN's northbound database.</param>
sealed record RoundContext(HostIntent Intent, HostFacts Facts, NorthboundView View)
{
    /// <summary>A unit with what must exist for it, or with the reason why that cannot be told.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="ofAnyInstance">See <see cref="PlannedUnit"/>.</param>
    [SuppressMessage("Design", "CA1031", Justification = "One of the edges: what one unit's plan trips over must not stop all the others.")]
    public PlannedUnit Plan(UnitId unit, bool ofAnyInstance = false)
    {
        try
        {
            return new PlannedUnit(unit, Planner.Plan(unit, Intent, Facts, View), ofAnyInstance);
        }
        catch (Exception e)
        {
            return new PlannedUnit(unit, null, ofAnyInstance) { Failure = $"it cannot be planned: {e.GetType().Name}: {e.Message}" };
        }
    }

    /// <summary>What a unit that goes leaves behind.</summary>
    public LeavingUnit Leaving(UnitId unit) => Planner.Leaving(unit, Intent, Facts.Ovn.Chassis ?? "", View);

    /// <summary>The same, planned from other contents of the northbound database; this very one if they are the same.</summary>
    public RoundContext At(Snapshot northbound) => View.IsOf(northbound) ? this : this with { View = new NorthboundView(northbound) };

    /// <summary>The links of a unit that hold gateway addresses, also if the unit goes.</summary>
    public IEnumerable<DesiredGateway> Gateways(PlannedUnit unit) => unit.Desired?.Gateways ?? Leaving(unit.Unit).Gateways;

    /// <summary>Whether a unit waits for the firewall's rules.</summary>
    public bool NeedsRules(PlannedUnit unit) => unit.Desired?.NeedsRules ?? Leaving(unit.Unit).HasRules;
}
