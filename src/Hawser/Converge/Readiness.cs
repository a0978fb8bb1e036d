using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Converge;

/// <summary>
/// Tells whether ovs-vswitchd has done its part for a unit. It says so itself, by a cur_cfg that has come to the next_cfg
/// that the unit's rows went in with, as ovs-vsctl waits for. For a new port the kernel says it sooner: ovs-vswitchd makes
/// a link promiscuous when it adds it to a datapath, but writes cur_cfg only after it has asked the kernel about every
/// port it has, which takes 130 ms for a thousand of them.
/// </summary>
sealed class Readiness(AttachPace pace)
{
    readonly Lock _gate = new();
    readonly Dictionary<UnitId, long> _awaited = [];
    readonly HashSet<UnitId> _plugged = [];

    /// <summary>When new ports go to the database.</summary>
    public AttachPace Pace => pace;

    /// <summary>Has units wait for a next_cfg.</summary>
    public void Await(IReadOnlyCollection<UnitId> units, long cfg, Snapshot? snapshot)
    {
        if (units.Count == 0) return;
        lock (_gate)
        {
            foreach (var unit in units) _awaited[unit] = cfg;
        }
        pace.Sent(units.Count);
        // ovs-vswitchd may have been faster than we were to write down what we wait for.
        if (snapshot?[Vswitch.OpenVSwitch].Rows.FirstOrDefault() is { } root) Release(root.Get(Vswitch.CurCfg));
    }

    /// <summary>Takes the units whose next_cfg has been applied.</summary>
    public IReadOnlyCollection<UnitId> Release(long curCfg)
    {
        List<UnitId> released;
        lock (_gate)
        {
            if (_awaited.Count == 0) return [];
            released = [.. _awaited.Where(a => a.Value <= curCfg).Select(a => a.Key)];
            foreach (var unit in released)
            {
                _awaited.Remove(unit);
                // What was seen once must not speak for the same link later: it stays promiscuous when ovs-vswitchd is killed.
                _plugged.Remove(unit);
            }
            if (_awaited.Count > 0) return released;
        }
        pace.Applied();
        return released;
    }

    /// <summary>A unit's link was added to a datapath, or is in none any more.</summary>
    public void NotePlugged(UnitId unit, bool isPlugged)
    {
        lock (_gate)
        {
            if (isPlugged) _plugged.Add(unit);
            else _plugged.Remove(unit);
        }
    }

    /// <summary>Forgets what was awaited: the database was replaced, and its counters with it.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _awaited.Clear();
            _plugged.Clear();
        }
    }

    /// <summary>How far ovs-vswitchd and OVN have come with a unit's interfaces.</summary>
    public (UnitState State, string? Detail) Progress(DesiredUnit desired, Snapshot snapshot, Snapshot? northbound)
    {
        var (state, detail) = Progress(desired, snapshot);
        if (state != UnitState.Ready || desired.AwaitsUp is not { } port) return (state, detail);
        return northbound?[Northbound.LogicalSwitchPort].Find("name", port.Name)?.Get(Northbound.Up) == true
            ? (state, detail)
            : (UnitState.Applied, $"port {port.Name} is not up: is {port.Parent} the logical port of this machine, and is it up?");
    }

    (UnitState State, string? Detail) Progress(DesiredUnit desired, Snapshot snapshot)
    {
        bool isAwaited;
        lock (_gate)
        {
            isAwaited = _awaited.ContainsKey(desired.Unit);
            if (isAwaited && desired.Awaits.All(i => i.LogicalPort is null) && _plugged.Contains(desired.Unit)) return (UnitState.Ready, null);
            _plugged.Remove(desired.Unit);
        }
        foreach (var (name, logicalPort) in desired.Awaits)
        {
            if (snapshot[Vswitch.Interface].Find("name", name) is not { } row) return (UnitState.Pending, $"interface {name} is missing from Open vSwitch's database");
            var ofPort = row.Get(Vswitch.OfPort);
            // ovn-controller gives flows to a port that ovs-vswitchd has, so this says that both have done their part.
            if (logicalPort is not null && ofPort > 0 && row["external_ids"].StringValue(Vswitch.OvnInstalled) == "true") continue;
            if (isAwaited || ofPort is null or 0) return (UnitState.Applied, $"ovs-vswitchd has not applied interface {name} yet; is it running?");
            if (ofPort < 0) return (UnitState.Failed, $"Open vSwitch could not make interface {name}: {row.Get(Vswitch.Error) ?? "no reason given, see ovs-vswitchd's log"}");
            if (logicalPort is { } port)
                return (UnitState.Applied, $"ovn-controller has not installed the flows of port {port}; is it running, is it connected to the southbound database, and is ovn-northd running?");
        }
        return (UnitState.Ready, null);
    }
}
