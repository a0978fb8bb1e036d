using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.State;

namespace Hawser.Converge;

/// <summary>
/// The one place that knows when ovs-vswitchd and OVN have done their parts for a unit. ovs-vswitchd says so itself: its
/// cur_cfg reaches the next_cfg that was written with the unit's rows. ovs-vsctl waits for the same. For a new port the kernel
/// says it sooner: ovs-vswitchd makes a link promiscuous when it adds it to a datapath, but writes cur_cfg only after it has
/// asked the kernel about every port it has, which takes 130 ms for a thousand of them. For a logical port ovn-controller
/// has the last word.
/// </summary>
sealed class Readiness(IntentStore store, UnitStatuses statuses, AttachPace pace)
{
    readonly Lock _gate = new();
    readonly Dictionary<UnitId, long> _awaited = [];
    readonly HashSet<UnitId> _plugged = [];

    /// <summary>Notes that units' rows were committed and which next_cfg they wait for.</summary>
    public void Await(IReadOnlyCollection<UnitId> units, long cfg, Snapshot? snapshot)
    {
        if (units.Count == 0) return;
        lock (_gate)
        {
            foreach (var unit in units) _awaited[unit] = cfg;
        }
        pace.Sent(units.Count);
        // ovs-vswitchd may have finished before we noted what we wait for.
        if (snapshot?[Vswitch.OpenVSwitch].Rows.FirstOrDefault() is { } root) Release(root.Get(Vswitch.CurCfg));
    }

    /// <summary>Takes in how far ovs-vswitchd has come.</summary>
    /// <param name="curCfg">The last next_cfg that it has applied.</param>
    /// <param name="toLookAt">
    /// Receives the units that waited for it and are not known to be ready. Logical ports wait for ovn-controller instead.
    /// </param>
    /// <returns>Whether any unit waited for it.</returns>
    public bool OnApplied(long curCfg, HashSet<UnitId> toLookAt)
    {
        var released = Release(curCfg);
        toLookAt.UnionWith(released.Where(u => !IsLogicalPort(u) && !statuses.IsReady(u)));
        return released.Count > 0;
    }

    /// <summary>Notes that a unit's link was added to a datapath, or is in none any more.</summary>
    /// <returns>Whether a round has to look at a unit that was plugged, because no round has found it applied yet.</returns>
    public bool OnPlugged(UnitId unit, bool isPlugged)
    {
        if (IsLogicalPort(unit)) return false;
        lock (_gate)
        {
            if (isPlugged) _plugged.Add(unit);
            else _plugged.Remove(unit);
        }
        return isPlugged && !statuses.Complete(unit);
    }

    /// <summary>Takes in what a change of a row says about its unit.</summary>
    /// <returns>Whether a round has to look at the change too.</returns>
    public bool OnRowChanged(RowChange row)
    {
        if (row is not { Table: Vswitch.Interface, New: { } now } || !(now.Get(Vswitch.OfPort) > 0)) return true;
        if (Marks.UnitOf(now) is not { } unit) return true;
        if (IsLogicalPort(unit))
        {
            var ids = now[Marks.ExternalIds];
            // No round is needed: for an applied port, a round has found that everything else is there.
            if (ids.StringValue(Vswitch.OvnInstalled) == "true")
                statuses.Complete(unit);
            // ovs-vswitchd has done its part, and ovn-controller's is still to come.
            else if (row.Old is { } before && ids.Equals(before[Marks.ExternalIds]) && ids.StringValue(Vswitch.OvnInstalled) is null)
                return false;
        }
        // ovs-vswitchd writes ofport late. If the kernel has reported the port before, its caller has the answer: nothing is left.
        return !(Vswitch.DiffersInOfPortOnly(row) && row.Old is { } old && old.Get(Vswitch.OfPort) is null && statuses.IsReady(unit));
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

    /// <summary>How far ovs-vswitchd and OVN have come with what a unit waits for.</summary>
    public (UnitState State, string? Detail) Progress(DesiredUnit desired, Snapshot snapshot, Snapshot? northbound)
    {
        if (!IsPlugged(desired, out var isAwaited))
        {
            foreach (var awaited in desired.Awaits)
            {
                if (Missing(awaited, isAwaited, snapshot) is { } missing) return missing;
            }
        }
        if (desired.AwaitsUp is not { } port) return (UnitState.Ready, null);
        var row = northbound?[Northbound.LogicalSwitchPort].Find("name", port.Name);
        if (row?.Get(Northbound.Up) == true) return (UnitState.Ready, null);
        return (UnitState.Applied, $"port {port.Name} is not up: is {port.Parent} the logical port of this machine, and is it up?");
    }

    // Whether the kernel has said that a unit's link is in a datapath and ovs-vswitchd has not confirmed the unit's rows yet.
    bool IsPlugged(DesiredUnit desired, out bool isAwaited)
    {
        lock (_gate)
        {
            isAwaited = _awaited.ContainsKey(desired.Unit);
            if (isAwaited && desired.Awaits.All(i => i.LogicalPort is null) && _plugged.Contains(desired.Unit)) return true;
            _plugged.Remove(desired.Unit);
            return false;
        }
    }

    static (UnitState State, string? Detail)? Missing(AwaitedInterface awaited, bool isAwaited, Snapshot snapshot)
    {
        var (name, logicalPort) = awaited;
        if (snapshot[Vswitch.Interface].Find("name", name) is not { } row)
            return (UnitState.Pending, $"interface {name} is missing from Open vSwitch's database");
        var ofPort = row.Get(Vswitch.OfPort);
        // ovn-controller gives flows to ports that ovs-vswitchd has, so this says that both have done their parts.
        if (logicalPort is not null && ofPort > 0 && row[Marks.ExternalIds].StringValue(Vswitch.OvnInstalled) == "true") return null;
        if (isAwaited || ofPort is null or 0)
            return (UnitState.Applied, $"ovs-vswitchd has not applied interface {name} yet; is it running?");
        if (ofPort < 0)
        {
            var reason = row.Get(Vswitch.Error) ?? "no reason given, see ovs-vswitchd's log";
            return (UnitState.Failed, $"Open vSwitch could not make interface {name}: {reason}");
        }
        return logicalPort is null ? null : (UnitState.Applied, $"ovn-controller has not installed the flows of port {logicalPort}; "
            + "is it running, is it connected to the southbound database, and is ovn-northd running?");
    }

    List<UnitId> Release(long curCfg)
    {
        List<UnitId> released;
        lock (_gate)
        {
            if (_awaited.Count == 0) return [];
            released = [.. _awaited.Where(a => a.Value <= curCfg).Select(a => a.Key)];
            foreach (var unit in released)
            {
                _awaited.Remove(unit);
                // What was seen once must not count for the same link later: a link stays promiscuous if ovs-vswitchd is killed.
                _plugged.Remove(unit);
            }
            if (_awaited.Count > 0) return released;
        }
        pace.Applied();
        return released;
    }

    bool IsLogicalPort(UnitId unit) => store.Current.IsLogicalPort(unit);
}
