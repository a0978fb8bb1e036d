using Hawser.Core;
using Hawser.Linux;
using Hawser.Ovsdb;

namespace Hawser.Apply;

/// <summary>The units of a round, and what came of each. The steps that follow leave a unit with an outcome alone.</summary>
/// <param name="context">What the units are planned from.</param>
/// <param name="units">The units. One that could not be planned has failed.</param>
sealed class RoundOutcomes(RoundContext context, IReadOnlyCollection<PlannedUnit> units)
{
    readonly List<PlannedUnit> _units = [.. units];
    readonly Dictionary<UnitId, (UnitState State, string? Detail)> _outcomes = units
        .Where(u => u.Failure is not null)
        .ToDictionary(u => u.Unit, u => (UnitState.Failed, u.Failure));
    readonly HashSet<UnitId> _taken = [];

    /// <summary>What the units are planned from.</summary>
    public RoundContext Context { get; } = context;

    /// <summary>The transactions that were committed to Open vSwitch's database.</summary>
    public List<VswitchCommit> Commits { get; } = [];

    /// <summary>The units that no step has given an outcome yet.</summary>
    public IReadOnlyList<PlannedUnit> Open => [.. _units.Where(u => !_outcomes.ContainsKey(u.Unit))];

    /// <summary>The units that have an outcome.</summary>
    public IReadOnlyCollection<UnitId> Settled => _outcomes.Keys;

    /// <summary>The open units, for a step that runs beside others.</summary>
    public RoundOutcomes Branch() => new(Context, Open);

    /// <summary>Takes over the outcomes of a step that ran beside others.</summary>
    public void Merge(RoundOutcomes branch)
    {
        foreach (var (unit, outcome) in branch._outcomes) _outcomes[unit] = outcome;
    }

    /// <summary>The outcomes of units that no earlier call returned.</summary>
    public IReadOnlyList<(UnitId Unit, UnitState State, string? Detail)> TakeResults() =>
        [.. _outcomes.Where(o => _taken.Add(o.Key)).Select(o => (o.Key, o.Value.State, o.Value.Detail))];

    /// <summary>Gives a unit an outcome.</summary>
    public void Set(UnitId unit, UnitState state, string? detail) => _outcomes[unit] = (state, detail);

    /// <summary>Gives units the same outcome.</summary>
    public void Set(IEnumerable<PlannedUnit> units, UnitState state, string? detail)
    {
        foreach (var unit in units) Set(unit.Unit, state, detail);
    }

    /// <summary>Leaves a unit to a later round, without an outcome.</summary>
    public void Drop(PlannedUnit unit) => _units.Remove(unit);

    /// <summary>Runs a step for a unit. What the step throws becomes the unit's outcome.</summary>
    public void Try(PlannedUnit unit, Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (IsUnitsOwn(e))
        {
            Set(unit.Unit, UnitState.Failed, e.Message);
        }
    }

    /// <summary>Runs a step for a unit. What the step throws becomes the unit's outcome.</summary>
    public async Task TryAsync(PlannedUnit unit, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception e) when (IsUnitsOwn(e))
        {
            Set(unit.Unit, UnitState.Failed, e.Message);
        }
    }

    static bool IsUnitsOwn(Exception e) =>
        e is PluginException or LinuxException or OvsdbException or IOException or UnauthorizedAccessException;
}
