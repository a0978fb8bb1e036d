using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Tables;
using Hawser.Linux;
using Hawser.Ovsdb;
using Hawser.State;

namespace Hawser.Converge;

/// <summary>Turns what the databases and the kernel report into units for the next round. Called from their threads.</summary>
sealed class HostEvents(IntentStore store, DirtyUnits dirty, Readiness readiness, LinkTable links)
{
    volatile bool _factsAreStale = true;
    bool _wasAway, _wasNorthboundAway;

    /// <summary>Whether the host's facts, such as its bridges, may have changed since this was last asked.</summary>
    public bool TakeFactsAreStale()
    {
        if (!_factsAreStale) return false;
        _factsAreStale = false;
        return true;
    }

    /// <summary>Takes in what Open vSwitch's database reports.</summary>
    public void OnReplicaChanged(ReplicaChange change)
    {
        if (IsOutage(change, ref _wasAway)) return;
        if (change.IsReset)
        {
            readiness.Reset();
            _factsAreStale = true;
            dirty.TouchAll();
            return;
        }
        var touched = new HashSet<UnitId>();
        foreach (var row in change.Rows) Note(row, touched);
        // A bridge that is not ours may have come, gone or changed its datapath. Its row is no unit's, but plans depend on it.
        if (touched.Count > 0 || _factsAreStale) dirty.Touch(touched, _factsAreStale);
    }

    /// <summary>Takes in what OVN's northbound database reports.</summary>
    public void OnNorthboundChanged(ReplicaChange change)
    {
        if (IsOutage(change, ref _wasNorthboundAway)) return;
        if (change.IsReset)
        {
            dirty.TouchAll();
            return;
        }
        var touched = new HashSet<UnitId>();
        foreach (var row in change.Rows.Where(r => !IsOwnInsert(r) && !Northbound.DiffersInUpOnly(r)))
        {
            foreach (var side in new[] { row.Old, row.New }.OfType<Row>())
            {
                if (Marks.UnitOf(side) is { } unit) touched.Add(unit);
                else touched.UnionWith(Sharing(side).Where(u => store.Current.LiveIn(u).Any()));
            }
        }
        if (touched.Count > 0) dirty.Touch(touched);
    }

    // What was under way when the connection was lost may have been done or not. Everything is looked at once it is back.
    bool IsOutage(ReplicaChange change, ref bool wasAway)
    {
        if (change.IsLive && wasAway) dirty.TouchAll();
        return wasAway = !change.IsLive;
    }

    // The units that a row shared by hosts is a part of.
    static IEnumerable<UnitId> Sharing(Row row)
    {
        var ids = row[Marks.ExternalIds];
        if (ids.StringValue(Northbound.VrfKey) is { } vrf) yield return UnitId.Router(vrf);
        if (ids.StringValue(Northbound.SwitchKey) is { } logicalSwitch) yield return UnitId.Switch(logicalSwitch);
        if (row.Table == Northbound.LogicalSwitch) yield return UnitId.Switch(row.Get(Northbound.Name));
    }

    /// <summary>Takes in what the kernel reports of links and addresses.</summary>
    public void OnLinkChanged(LinkChange change)
    {
        if (change.Overrun)
        {
            links.Reset(Host.DumpLinks);
            dirty.TouchAll();
            return;
        }
        var known = links.Apply(change);
        // Only the loss of an address matters: it may be a gateway's.
        if (change.Address is not null && !change.Deleted) return;
        if (change.Address is null && Names.ParseAlias((change.Deleted ? known : change.Link)?.Alias) is { } mark)
        {
            Note(mark.Unit, known, change);
            return;
        }
        // Without a name it is a link that came and went between two looks; nothing was built on it.
        if ((change.Link?.Name ?? known?.Name) is not { } name) return;
        if (Names.LooksLikeDockersBridge(name) && (change.Deleted || known?.Name != name))
        {
            _factsAreStale = true;
            dirty.TouchFirewall();
        }
        foreach (var network in store.Current.Networks.Values)
        {
            if (network.GatewayLink == name || network.Options.BindInterface == name) dirty.Touch(network.Unit);
            if (network.Vrf is { } vrf && Names.TransitLink(vrf) == name) dirty.Touch(UnitId.Router(vrf));
        }
    }

    void Note(UnitId unit, Link? known, LinkChange change)
    {
        if (change.Deleted) dirty.Touch(unit);
        var isPlugged = change is { Deleted: false, Link.IsPromiscuous: true };
        if (isPlugged == (known?.IsPromiscuous == true)) return;
        if (known is null || !Names.IsHostEnd(known.Name, unit)) return;
        if (readiness.OnPlugged(unit, isPlugged)) dirty.Touch(unit);
    }

    // The round that wrote the row checks itself what came of it.
    bool IsOwnInsert(RowChange row) => row is { Old: null, New: { } made } && Marks.InstanceOf(made) == store.Instance;

    void Note(RowChange row, HashSet<UnitId> touched)
    {
        // Ports that were held back until others were applied may go now.
        if (row is { Table: Vswitch.OpenVSwitch, New: { } root } && readiness.OnApplied(root.Get(Vswitch.CurCfg), touched)) dirty.Nudge();
        if (row.Table == Vswitch.OpenVSwitch && Vswitch.DiffersInSettings(row)) _factsAreStale = true;
        // Every port that comes or goes changes its bridge's row, but the port's own row reports it.
        if (row.Table == Vswitch.Bridge && Vswitch.DiffersInPortsOnly(row)) return;
        if (row.Table == Vswitch.Bridge) _factsAreStale = true;
        if (IsOwnInsert(row) || !readiness.OnRowChanged(row)) return;
        if (row.Old is { } old && Marks.UnitOf(old) is { } was) touched.Add(was);
        if (row.New is { } now && Marks.UnitOf(now) is { } unit) touched.Add(unit);
    }
}
