using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Converge;

/// <summary>
/// Remembers which next_cfg a unit's rows went in with, and tells from a snapshot whether ovs-vswitchd has done its part,
/// as ovs-vsctl does without --no-wait.
/// </summary>
sealed class Readiness
{
    readonly Lock _gate = new();
    readonly Dictionary<UnitId, long> _awaited = [];

    /// <summary>Has units wait for a next_cfg.</summary>
    public void Await(IEnumerable<UnitId> units, long cfg)
    {
        lock (_gate)
        {
            foreach (var unit in units) _awaited[unit] = cfg;
        }
    }

    /// <summary>Takes the units whose next_cfg has been applied.</summary>
    public IReadOnlyCollection<UnitId> Release(long curCfg)
    {
        lock (_gate)
        {
            if (_awaited.Count == 0) return [];
            var released = _awaited.Where(a => a.Value <= curCfg).Select(a => a.Key).ToList();
            foreach (var unit in released) _awaited.Remove(unit);
            return released;
        }
    }

    /// <summary>Whether ovs-vswitchd has applied all that is awaited.</summary>
    public bool IsIdle
    {
        get { lock (_gate) return _awaited.Count == 0; }
    }

    /// <summary>Forgets what was awaited: the database was replaced, and its counters with it.</summary>
    public void Reset()
    {
        lock (_gate) _awaited.Clear();
    }

    /// <summary>How far ovs-vswitchd has come with a unit's interfaces.</summary>
    public (UnitState State, string? Detail) Of(DesiredUnit desired, Snapshot snapshot)
    {
        bool isAwaited;
        lock (_gate) isAwaited = _awaited.ContainsKey(desired.Unit);
        foreach (var name in desired.Interfaces)
        {
            if (snapshot[Vswitch.Interface].Find("name", name) is not { } row) return (UnitState.Pending, $"interface {name} is missing from Open vSwitch's database");
            var ofPort = row.Get(Vswitch.OfPort);
            if (isAwaited || ofPort is null or 0) return (UnitState.Applied, $"ovs-vswitchd has not applied interface {name} yet; is it running?");
            if (ofPort < 0) return (UnitState.Failed, $"Open vSwitch could not make interface {name}: {row.Get(Vswitch.Error) ?? "no reason given, see ovs-vswitchd's log"}");
        }
        return (UnitState.Ready, null);
    }
}
