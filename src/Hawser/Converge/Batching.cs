using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.State;

namespace Hawser.Converge;

/// <summary>
/// Holds new endpoints' rows back for a moment, so that those that arrive together go to the database together: ovs-vswitchd
/// looks at all its ports for every transaction. A change to a working endpoint, or a removal, goes at once.
/// </summary>
sealed class Batching(IntentStore store, DirtyUnits dirty, UnitStatuses statuses, AttachPace pace, TimeProvider time)
{
    static readonly TimeSpan LongestBurst = TimeSpan.FromMilliseconds(20);

    readonly HashSet<UnitId> _held = [];
    long _heldSince;

    /// <summary>The endpoints that are held back. They are in every round until they go.</summary>
    public IReadOnlyCollection<UnitId> Held => _held;

    /// <summary>How long the endpoints that are held back should still wait; a given time if there are none.</summary>
    public TimeSpan Wait(TimeSpan atMost) => _held.Count > 0 ? pace.Hold(_held.Count) : atMost;

    /// <summary>Takes new endpoints out of a round if others are on their way.</summary>
    /// <returns>The new endpoints of the round, those that were taken out included.</returns>
    public IReadOnlyList<UnitId> HoldBack(RoundOutcomes outcomes)
    {
        var arriving = outcomes.Open
            .Where(u => u.Desired?.Veth is not null && statuses[u.Unit]?.State is null or UnitState.Linked)
            .ToList();
        if (_held.Count == 0) _heldSince = time.GetTimestamp();
        _held.Clear();
        if (arriving.Count > 0 && (pace.Hold(arriving.Count) > TimeSpan.Zero || IsBurst()))
        {
            foreach (var unit in arriving)
            {
                _held.Add(unit.Unit);
                outcomes.Drop(unit);
            }
        }
        return [.. arriving.Select(u => u.Unit)];
    }

    /// <summary>Stops holding back endpoints that cannot be attached.</summary>
    public void Release(IEnumerable<UnitId> units) => _held.ExceptWith(units);

    // Others came while links were made: all go together.
    bool IsBurst() => time.GetElapsedTime(_heldSince) < LongestBurst && dirty.Waiting.Any(IsArriving);

    bool IsArriving(UnitId unit) => statuses[unit] is null && store.Current.EndpointOf(unit) is { Phase: EndpointPhase.Reserved };
}
