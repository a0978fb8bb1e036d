using Hawser.Apply;
using Hawser.Core;
using Hawser.Ovsdb;
using Hawser.State;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.Converge;

/// <summary>The step of a round that writes Open vSwitch's database, and what becomes of the units when that fails.</summary>
sealed class SwitchRows(Host host, IntentStore store, Readiness applied, DirtyUnits dirty, ILogger logger)
{
    /// <summary>Applies the rows of all units that are open; a unit whose rows cannot be is told why.</summary>
    /// <param name="outcomes">The units of the round.</param>
    /// <param name="integrationBridge">The bridge that ovn-controller makes.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task ApplyAsync(RoundOutcomes outcomes, string integrationBridge, CancellationToken ct)
    {
        var units = outcomes.Open;
        if (units.Count == 0) return;
        if (host.Replica.Current is not { } snapshot)
        {
            foreach (var unit in units) outcomes.Set(unit.Unit, UnitState.Pending, host.DatabaseUnreachable(null));
            return;
        }
        try
        {
            Accept(units, await host.VswitchApplier.ApplyAsync(snapshot, units, ct));
        }
        catch (OvsdbTransactionException e) when (units.Count > 1)
        {
            // One unit's rows are refused, and with them everyone's: each by itself, so that only that one fails.
            logger.RoundRefused(e, units.Count);
            foreach (var unit in units) await outcomes.TryAsync(unit, async () => Accept([unit], await host.VswitchApplier.ApplyAsync(host.Replica.Current ?? snapshot, [unit], ct)));
        }
        catch (OvsdbConnectionException e)
        {
            foreach (var unit in units) outcomes.Set(unit.Unit, UnitState.Pending, host.DatabaseUnreachable(e.Reason));
        }
        catch (Exception e) when (e is OvsdbException or PluginException)
        {
            foreach (var unit in units) outcomes.Set(unit.Unit, UnitState.Failed, e.Message);
        }

        void Accept(IReadOnlyList<PlannedUnit> accepted, VswitchOutcome outcome)
        {
            applied.Await(outcome.Changed, outcome.Cfg, host.Replica.Current);
            if (outcome.WasOvertaken) dirty.Touch([.. accepted.Select(u => u.Unit)]);
            foreach (var (unit, why) in outcome.Refused) outcomes.Set(unit, UnitState.Failed, why);
            foreach (var unit in outcome.WithoutParent)
            {
                if (unit.EndpointId is { } id && store.Current.Endpoints.GetValueOrDefault(id) is { } endpoint && store.Current.NetworkOf(endpoint) is { IsOnIntegrationBridge: false } network)
                {
                    outcomes.Set(unit, UnitState.Pending, $"bridge {network.Bridge} does not exist in Open vSwitch's database");
                    dirty.Touch(network.Unit);
                }
                else
                {
                    outcomes.Set(unit, UnitState.Pending, $"OVN's integration bridge {integrationBridge} does not exist in Open vSwitch's database; is ovn-controller running?");
                }
            }
        }
    }
}
