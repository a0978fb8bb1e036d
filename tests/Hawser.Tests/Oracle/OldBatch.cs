#pragma warning disable
using System.Collections.Immutable;
using System.Globalization;
using Hawser.Converge;
using Hawser.Core.Ipam;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Core;
using Hawser.Ovsdb.Sync;
using Hawser.Ovsdb;

namespace Hawser.Tests.Oracle;

/// <summary>A precondition of a transaction: that no row meets these conditions, or that one is still as it was.</summary>
/// <param name="Unit">The unit that needs it.</param>
/// <param name="Address">The address that must be free, or null if it is about something else.</param>
/// <param name="Where">The conditions.</param>
/// <param name="Wanted">The entries of external_ids that the conditions name.</param>
sealed record OldPrecondition(UnitId Unit, string? Address, ImmutableArray<Condition> Where, ImmutableArray<KeyValuePair<string, string>> Wanted);

/// <summary>One transaction of the northbound database, filled unit by unit: routers before the switches that they are on, and these before their ports.</summary>
sealed class OldBatch
{
    readonly Snapshot _snapshot;
    readonly string _chassis;
    readonly InstanceId _instance;
    readonly RowDiff _rows;
    readonly List<int> _guarded = [];
    readonly List<string> _differences = [];
    readonly Dictionary<UnitId, string> _waiting = [];
    readonly Dictionary<UnitId, string> _refused = [];
    readonly Dictionary<int, OldPrecondition> _preconditions = [];

    OldBatch(Snapshot snapshot, string chassis, InstanceId instance)
    {
        (_snapshot, _chassis, _instance) = (snapshot, chassis, instance);
        _rows = new RowDiff(snapshot, Transaction);
    }

    public Transaction Transaction { get; } = new(Northbound.Database);

    /// <summary>The preconditions by their place in the transaction.</summary>
    public IReadOnlyDictionary<int, OldPrecondition> Preconditions => _preconditions;

    /// <summary>The operations that must each have met a row.</summary>
    public IEnumerable<int> Guarded => _guarded.Concat(_rows.GuardedOperations);

    /// <summary>What differs, one sentence each.</summary>
    public IEnumerable<string> Differences => _differences.Concat(_rows.Differences);

    /// <summary>Units that need a row which does not exist yet, each with the reason.</summary>
    public IReadOnlyDictionary<UnitId, string> Waiting => _waiting;

    /// <summary>Units that contradict what other hosts have, each with the reason.</summary>
    public IReadOnlyDictionary<UnitId, string> Refused => _refused;

    /// <summary>The transaction for units.</summary>
    /// <param name="units">The units.</param>
    /// <param name="snapshot">What the database holds.</param>
    /// <param name="chassis">This host.</param>
    /// <param name="instance">This installation.</param>
    /// <param name="dead">Ports of ours that hold an address that somebody else of ours needs.</param>
    public static OldBatch Of(IEnumerable<OldPlanned> units, Snapshot snapshot, string chassis, InstanceId instance, IEnumerable<Row> dead)
    {
        var batch = new OldBatch(snapshot, chassis, instance);
        foreach (var row in dead) batch.Evict(row);
        foreach (var unit in units.OrderBy(Order)) batch.Add(unit);
        return batch;

        static int Order(OldPlanned unit) => unit switch
        {
            { Unit.Kind: UnitKind.Router, Desired: not null } => 0,
            { Unit.Kind: UnitKind.Switch, Desired: not null } => 1,
            { Unit.Kind: UnitKind.Endpoint } => 2,
            { Unit.Kind: UnitKind.Switch } => 3,
            _ => 4,
        };
    }

    void Add(OldPlanned planned)
    {
        if (planned.Unit.Kind == UnitKind.Router) Route(planned, planned.Unit.Name);
        else if (planned.Unit.Kind == UnitKind.Switch) Switch(planned, planned.Unit.Name);
        else if (planned.Desired?.SwitchPort is { } port) Plug(planned, port);
        else if (planned.Unit.EndpointId is { } endpoint) Unplug(planned, endpoint);
    }

    void Route(OldPlanned planned, string vrf)
    {
        var key = RowKey.Named(Northbound.LogicalRouter, Names.Router(vrf));
        var row = _snapshot[key.Table].Find("name", key.Value!);
        if (planned.Desired?.Router is not { } router)
        {
            Prune(planned, []);
            if (row is null || !Leave(planned, row, Northbound.GatewayKey(_chassis))) return;
            Delete(row, _snapshot[Northbound.LogicalRouterPort].Rows.Where(p => p[Marks.ExternalIds].StringValue(Northbound.VrfKey) == vrf));
            if (_snapshot[Northbound.LogicalSwitch].Find("name", Names.Join(vrf)) is { } join) Transaction.Delete(join.Table, Condition.Row(join.Uuid));
            return;
        }
        var place = row?[Marks.ExternalIds].StringValue(Northbound.GatewayKey(_chassis)) is { } known && int.TryParse(known, NumberStyles.None, CultureInfo.InvariantCulture, out var kept) ? kept
            : Enumerable.Range(Transit.FirstGatewayPlace, Transit.LastGatewayPlace - Transit.FirstGatewayPlace + 1).Except(row is null ? [] : Northbound.GatewayPlaces(row)).First();
        var shares = router.Shares.Add(Northbound.GatewayKey(_chassis), place.ToString(CultureInfo.InvariantCulture));
        if (row is null) Make(planned.Unit, key, shares.Add(Northbound.VrfKey, vrf));
        else Join(planned, row, shares);

        foreach (var placement in OldRouterPlan.SharedRows(vrf)) EnsureShared(planned.Unit, placement);
        var own = OldRouterPlan.GatewayRows(router, place, _instance).ToList();
        if (OldRouterPlan.NamesRow(router, _instance) is { } names)
        {
            own.AddRange(from port in _snapshot[Northbound.LogicalRouterPort].Rows
                         let ids = port[Marks.ExternalIds]
                         where ids.StringValue(Northbound.VrfKey) == vrf && ids.StringValue(Northbound.SwitchKey) is not null
                         select new RowPlacement(RowKey.Named(Northbound.LogicalSwitch, ids.StringValue(Northbound.SwitchKey)!), Northbound.DnsRecords, names));
        }
        foreach (var placement in own) _rows.Ensure(placement);
        Prune(planned, [.. own.Select(p => p.Row.Key)]);
    }

    void Switch(OldPlanned planned, string name)
    {
        var key = RowKey.Named(Northbound.LogicalSwitch, name);
        var row = _snapshot[key.Table].Find("name", name);
        if (planned.Desired?.Switch is not { } wanted)
        {
            Prune(planned, []);
            if (row is null || !Leave(planned, row)) return;
            var routerPorts = RouterPorts(name).ToList();
            Delete(row, routerPorts.Select(p => _snapshot[Northbound.LogicalSwitchPort].Find("name", Names.Peer(p.Get(Northbound.Name)))).OfType<Row>());
            routerPorts.ForEach(Take);
            if (_snapshot[Northbound.LogicalRouter].Find("name", Names.Resolver(name)) is { } resolver) Transaction.Delete(resolver.Table, Condition.Row(resolver.Uuid));
            return;
        }
        if ((Contradiction(wanted) ?? MixedResolver(wanted, row)) is { } contradiction)
        {
            _refused[planned.Unit] = contradiction;
            return;
        }
        if (row is null) Make(planned.Unit, key, wanted.Shares);
        else Join(planned, row, wanted.Shares);
        // Networks of other hosts may have named other gateways.
        var held = RouterPorts(name).SelectMany(p => p["networks"].Keys.Select(a => a.AsString));
        foreach (var placement in OldRouterPlan.SwitchRows(wanted with { Gateways = [.. wanted.Gateways.Union(held).Order(StringComparer.Ordinal)] }))
        {
            if (!EnsureShared(planned.Unit, placement)) _waiting[planned.Unit] = $"{placement.Parent} does not exist in OVN's northbound database";
        }
        var names = OldSwitchPlan.NamesRow(wanted, _chassis, _instance);
        if (names is not null) _rows.Ensure(names);
        Prune(planned, names is null ? [] : [names.Row.Key]);
    }

    IEnumerable<Row> RouterPorts(string logicalSwitch) =>
        _snapshot[Northbound.LogicalRouterPort].Rows.Where(p => p[Marks.ExternalIds].StringValue(Northbound.SwitchKey) == logicalSwitch);

    // A gateway's address is a router's for all networks of a switch or for none: for none, a container may have it.
    string? MixedResolver(OldSwitch wanted, Row? row)
    {
        var isJoining = row is not null && Marks.SharesIn(row).Any() && wanted.Shares.Keys.Any(s => row[Marks.ExternalIds].StringValue(s) is null);
        return isJoining && wanted.Vrf is null && wanted.HasResolver != _snapshot[Northbound.LogicalRouter].Find("name", Names.Resolver(wanted.Name)) is not null
            ? $"option ovn.dns: \"{(wanted.HasResolver ? "true" : "false")}\" is not allowed: other networks have logical switch {wanted.Name} {(wanted.HasResolver ? "without" : "with")} it" : null;
    }

    string? Contradiction(OldSwitch wanted)
    {
        if (wanted is { Vrf: null, HasResolver: false }) return null;
        foreach (var port in _snapshot[Northbound.LogicalRouterPort].Rows)
        {
            var ids = port[Marks.ExternalIds];
            if (ids.StringValue(Northbound.SwitchKey) is not { } other) continue;
            var domain = ids.StringValue(Northbound.VrfKey);
            if (other == wanted.Name && domain != wanted.Vrf)
            {
                var mine = wanted.Vrf is null ? "option ovn.dns: \"true\"" : $"option ovn.vrf: \"{wanted.Vrf}\"";
                return $"{mine} is not allowed: other networks have logical switch {other} {(domain is null ? "with ovn.dns and in no domain" : $"in domain {domain}")}";
            }
            if (other == wanted.Name || domain != wanted.Vrf || domain is null) continue;
            if (port["networks"].Keys.FirstOrDefault(held => wanted.Gateways.Any(g => AddressPool.Overlap(AddressPool.SubnetOf(g), AddressPool.SubnetOf(held.AsString)))) is { Kind: AtomKind.String } overlapping)
                return $"its subnet overlaps with {AddressPool.SubnetOf(overlapping.AsString)} of logical switch {other}, which other hosts have in domain {domain}: choose another --subnet or ovn.vrf";
        }
        return null;
    }

    void Make(UnitId unit, RowKey key, ImmutableSortedDictionary<string, string> shares)
    {
        // Of hosts that make it at the same moment, one does.
        Require(new(unit, null, [Condition.Is(Northbound.Name, key.Value!)], []), key.Table);
        _rows.Ensure(RowPlacement.Root(new RowSpec(key).WithEntries(Marks.ExternalIds, [(Marks.MadeKey, "true"), .. shares.Select(s => (s.Key, s.Value))])));
    }

    void Join(OldPlanned planned, Row row, ImmutableSortedDictionary<string, string> wanted)
    {
        var gone = SharesToGiveUp(planned, row).Where(s => !wanted.ContainsKey(s)).ToList();
        var missing = wanted.Where(w => row[Marks.ExternalIds].StringValue(w.Key) != w.Value).ToList();
        if (gone.Count == 0 && missing.Count == 0) return;
        // Of hosts that come to a router at the same moment, the second has to see where the first is.
        if (row.Table == Northbound.LogicalRouter) RequireUnchanged(planned.Unit, row);
        _differences.Add($"{row.Table} {row.Get(Northbound.Name)}: this host's networks on it are not as they should be");
        _guarded.Add(Transaction.Mutate(row.Table, Condition.Row(row.Uuid),
            Mutation.DeleteKeys(Marks.ExternalIds, gone.Concat(missing.Select(m => m.Key))), Mutation.Insert(Marks.ExternalIds, Datum.StringMap(missing))));
    }

    // Gives up this host's shares; whether they were the last.
    bool Leave(OldPlanned planned, Row row, params IEnumerable<string> others)
    {
        var gone = SharesToGiveUp(planned, row).ToList();
        if (gone.Count == 0) return false;
        // Of hosts that leave at the same moment, one has to see that it is the last.
        RequireUnchanged(planned.Unit, row);
        _differences.Add($"{row.Table} {row.Get(Northbound.Name)}: this host has no networks on it any more");
        Transaction.Mutate(row.Table, Condition.Row(row.Uuid), Mutation.DeleteKeys(Marks.ExternalIds, gone.Concat(others)));
        return gone.Count == Marks.SharesIn(row).Count();
    }

    IEnumerable<string> SharesToGiveUp(OldPlanned planned, Row row) =>
        Marks.SharesIn(row).Where(s => Marks.IsShareOf(s.Key, _chassis) && (planned.OfAnyInstance || s.Instance == _instance)).Select(s => s.Key);

    // With the last share the ports go that Hawser made, and the row itself if Hawser made it and nobody else has a port on it.
    void Delete(Row row, IEnumerable<Row> ours)
    {
        var ports = ours.Select(p => (Atom)p.Uuid).ToList();
        if (ports.Count > 0) Transaction.Mutate(row.Table, [Condition.Row(row.Uuid)], Mutation.Delete("ports", Datum.Set(ports)));
        if (Marks.IsMade(row)) Transaction.Delete(row.Table, [Condition.Row(row.Uuid), Condition.Is("ports", Datum.Empty)]);
    }

    bool EnsureShared(UnitId unit, RowPlacement placement)
    {
        var key = placement.Row.Key;
        // Of hosts that find it missing at the same moment, one makes it anew.
        if (key.MapKey is { } entry) RequireIfAbsent(_snapshot[key.Table].Rows.Any(r => r[key.Column!].StringValue(entry) == key.Value), Condition.Includes(key.Column!, entry, key.Value!));
        else RequireIfAbsent(_snapshot[key.Table].Find(key.Column!, key.Value!) is not null, Condition.Is(key.Column!, Datum.Of(key.Value!)));
        return _rows.Ensure(placement);

        void RequireIfAbsent(bool exists, Condition condition)
        {
            if (!exists) Require(new(unit, null, [condition], []), key.Table);
        }
    }

    // What carries the unit's mark and is not among what it needs.
    void Prune(OldPlanned planned, HashSet<RowKey> kept)
    {
        foreach (var table in new[] { Northbound.LogicalRouter, Northbound.LogicalSwitch, Northbound.Dns })
        {
            foreach (var row in Marked(planned, table).Where(r => !kept.Contains(Marks.KeyOf(r))))
            {
                Transaction.Delete(table, Condition.Row(row.Uuid));
                _differences.Add($"{Marks.KeyOf(row)} should not exist");
            }
        }
        foreach (var table in Northbound.Tables.Where(t => !t.Parents.IsEmpty))
        {
            foreach (var row in Marked(planned, table.Name).Where(r => !kept.Contains(Marks.KeyOf(r)))) TakeSurplus(row);
        }
    }

    IEnumerable<Row> Marked(OldPlanned planned, string table) => _snapshot[table].Rows.Where(r => Marks.UnitOf(r) == planned.Unit && MayGo(planned, r));

    bool MayGo(OldPlanned planned, Row row) =>
        Marks.HostOf(row) == _chassis && (planned.OfAnyInstance || Marks.InstanceOf(row) == _instance);

    void TakeSurplus(Row row)
    {
        Take(row);
        _differences.Add($"{Marks.KeyOf(row)} should not exist");
    }

    // With the last reference to it a row is gone.
    void Take(Row row)
    {
        var (table, column) = Northbound.Tables.First(t => t.Name == row.Table).Parents[0];
        Transaction.Mutate(table, [Condition.Includes(column, Datum.Of(row.Uuid))], Mutation.Delete(column, Datum.Of(row.Uuid)));
    }

    void Plug(OldPlanned planned, OldSwitchPort port)
    {
        if (_snapshot[Northbound.LogicalSwitchPort].Find("name", port.Name) is null)
        {
            foreach (var key in new[] { Northbound.AddressKey, Northbound.AddressIPv6Key })
            {
                if (port.ExternalIds.GetValueOrDefault(key) is not { } address) continue;
                ImmutableArray<KeyValuePair<string, string>> taken = [new(Northbound.SwitchKey, port.Switch), new(key, address)];
                Require(new(planned.Unit, address, [Condition.Includes(Marks.ExternalIds, Datum.StringMap(taken))], taken), Northbound.LogicalSwitchPort);
            }
        }
        var placement = new RowPlacement(RowKey.Named(Northbound.LogicalSwitch, port.Switch), "ports", Spec(port));
        foreach (var wanted in planned.Desired!.PublishedRows.Prepend(placement))
        {
            if (!_rows.Ensure(wanted)) _waiting[planned.Unit] = $"{wanted.Parent} does not exist in OVN's northbound database";
        }
        foreach (var row in Published(planned).Where(r => !planned.Desired.PublishedRows.Any(p => p.Row.Key == Marks.KeyOf(r)))) TakeSurplus(row);
    }

    static RowSpec Spec(OldSwitchPort port)
    {
        var row = new RowSpec(RowKey.Named(Northbound.LogicalSwitchPort, port.Name))
            .With("addresses", Datum.Of(port.Addresses))
            .With("port_security", port.HasPortSecurity ? Datum.Of(port.Addresses) : Datum.Empty)
            .WithEntries(Northbound.Options, [.. port.Options.Select(o => (o.Key, o.Value))])
            .WithEntries(Marks.ExternalIds, [.. port.ExternalIds.Select(o => (o.Key, o.Value))]);
        return port.Nested is var (parent, vlan) ? row.With("parent_name", Datum.Of(parent)).With("tag", Datum.Of(vlan)) : row;
    }

    void Unplug(OldPlanned planned, EndpointId endpoint)
    {
        foreach (var row in Published(planned)) TakeSurplus(row);
        if (_snapshot[Northbound.LogicalSwitchPort].Find("name", endpoint.Value) is { } port && Marks.UnitOf(port) == planned.Unit && MayGo(planned, port)) TakeSurplus(port);
    }

    IEnumerable<Row> Published(OldPlanned planned) => Marked(planned, Northbound.Nat);

    // A row that nothing refers to is there until the commit, and would still be seen to hold its addresses.
    void Evict(Row row)
    {
        Transaction.Mutate(row.Table, Condition.Row(row.Uuid), Mutation.DeleteKeys(Marks.ExternalIds, Northbound.AddressKey, Northbound.AddressIPv6Key));
        Take(row);
    }

    void RequireUnchanged(UnitId unit, Row row)
    {
        ImmutableArray<Condition> here = [Condition.Row(row.Uuid)];
        var index = Transaction.Wait(row.Table, here, [Marks.ExternalIds], "==", [[new(Marks.ExternalIds, row[Marks.ExternalIds])]], TimeSpan.Zero);
        _preconditions[index] = new OldPrecondition(unit, null, here, []);
    }

    // That there is no such row.
    void Require(OldPrecondition precondition, string table) =>
        _preconditions[Transaction.Wait(table, precondition.Where, ["_uuid"], "==", [], TimeSpan.Zero)] = precondition;
}

readonly record struct OldPlanned(UnitId Unit, OldUnit? Desired, bool OfAnyInstance);
