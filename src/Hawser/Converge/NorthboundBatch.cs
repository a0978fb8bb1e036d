using System.Collections.Immutable;
using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Converge;

/// <summary>A precondition of a transaction: that no row meets these conditions, or that one is still as it was.</summary>
/// <param name="Unit">The unit that needs it.</param>
/// <param name="Address">The address that must be free, or null if it is about something else.</param>
/// <param name="Where">The conditions.</param>
/// <param name="Wanted">The entries of external_ids that the conditions name.</param>
sealed record NorthboundPrecondition(UnitId Unit, string? Address, ImmutableArray<Condition> Where, ImmutableArray<KeyValuePair<string, string>> Wanted);

/// <summary>One transaction of the northbound database, filled unit by unit: switches before the ports that are on them.</summary>
sealed class NorthboundBatch(Snapshot snapshot, string chassis, InstanceId instance)
{
    readonly Dictionary<string, Atom> _made = [];
    readonly List<int> _guarded = [];
    readonly List<string> _differences = [];
    readonly List<UnitId> _withoutSwitch = [];
    readonly Dictionary<int, NorthboundPrecondition> _preconditions = [];

    public Transaction Transaction { get; } = new(Northbound.Database);

    /// <summary>The preconditions by their place in the transaction.</summary>
    public IReadOnlyDictionary<int, NorthboundPrecondition> Preconditions => _preconditions;

    /// <summary>The operations that must each have met a row.</summary>
    public IReadOnlyList<int> Guarded => _guarded;

    /// <summary>What differs, one sentence each.</summary>
    public IReadOnlyList<string> Differences => _differences;

    /// <summary>Ports whose switch does not exist.</summary>
    public IReadOnlyList<UnitId> WithoutSwitch => _withoutSwitch;

    /// <summary>The transaction for units.</summary>
    /// <param name="units">The units.</param>
    /// <param name="snapshot">What the database holds.</param>
    /// <param name="chassis">This host.</param>
    /// <param name="instance">This installation.</param>
    /// <param name="dead">Ports of ours that hold an address that somebody else of ours needs.</param>
    public static NorthboundBatch Of(IEnumerable<PlannedUnit> units, Snapshot snapshot, string chassis, InstanceId instance, IEnumerable<Row> dead)
    {
        var batch = new NorthboundBatch(snapshot, chassis, instance);
        foreach (var row in dead) batch.Evict(row);
        // A switch is made before its ports, and goes after them.
        foreach (var unit in units.OrderBy(u => u switch { { Unit.SwitchName: null } => 1, { Desired: null } => 2, _ => 0 })) batch.Add(unit);
        return batch;
    }

    void Add(PlannedUnit planned)
    {
        if (planned.Unit.SwitchName is { } name) Share(planned.Unit, name, planned.Desired?.Switch?.Shares ?? ImmutableSortedDictionary<string, string>.Empty);
        else if (planned.Desired?.SwitchPort is { } port) Ensure(planned.Unit, port);
        else if (planned.Unit.EndpointId is { } endpoint) Remove(planned, endpoint);
    }

    // Names of switches are not unique: of several, every host takes the one with the lowest id.
    Row? Switch(string name) => snapshot[Northbound.LogicalSwitch].Rows.Where(s => s.Get(Northbound.Name) == name).MinBy(s => s.Uuid);

    void Share(UnitId unit, string name, ImmutableSortedDictionary<string, string> wanted)
    {
        if (Switch(name) is not { } row)
        {
            if (!wanted.IsEmpty) Make(unit, name, wanted);
            return;
        }
        var held = Northbound.SharesIn(row).ToList();
        var gone = held.Where(s => Northbound.IsShareOf(s.Key, chassis) && s.Instance == instance && !wanted.ContainsKey(s.Key)).Select(s => s.Key).ToList();
        var missing = wanted.Where(w => row["external_ids"].StringValue(w.Key) != w.Value).ToList();
        if (wanted.IsEmpty && gone.Count == held.Count && gone.Count > 0 && row["external_ids"].StringValue(Northbound.MadeKey) is not null)
        {
            Delete(unit, row);
            return;
        }
        if (gone.Count == 0 && missing.Count == 0) return;
        // Of hosts that leave at the same moment, one has to see that it is the last.
        if (wanted.IsEmpty) RequireUnchanged(unit, row);
        _differences.Add($"{Northbound.LogicalSwitch} {name}: this host's networks on it are not as they should be");
        _guarded.Add(Transaction.Mutate(Northbound.LogicalSwitch, Condition.Row(row.Uuid),
            Mutation.DeleteKeys("external_ids", gone.Concat(missing.Select(m => m.Key))), Mutation.Insert("external_ids", Datum.StringMap(missing))));
    }

    void Make(UnitId unit, string name, ImmutableSortedDictionary<string, string> shares)
    {
        // Of hosts that make it at the same moment, one does.
        Require(new(unit, null, [Condition.Is(Northbound.Name, name)], []), Northbound.LogicalSwitch);
        var row = $"switch{Transaction.Count}";
        Transaction.Insert(Northbound.LogicalSwitch, new Dictionary<string, Datum>
        {
            ["name"] = Datum.Of(name),
            ["external_ids"] = Datum.StringMap(shares.Add(Northbound.MadeKey, "true")),
        }, row);
        _made[name] = Atom.Named(row);
        _differences.Add($"{Northbound.LogicalSwitch} {name} is missing");
    }

    // With the last share the switch goes, unless somebody came, or somebody else has a port on it.
    void Delete(UnitId unit, Row row)
    {
        _differences.Add($"{Northbound.LogicalSwitch} {row.Get(Northbound.Name)} should not exist");
        RequireUnchanged(unit, row);
        ImmutableArray<Condition> here = [Condition.Row(row.Uuid)];
        Transaction.Mutate(Northbound.LogicalSwitch, here, Mutation.DeleteKeys("external_ids", Northbound.SharesIn(row).Select(s => s.Key)));
        Transaction.Delete(Northbound.LogicalSwitch, [.. here, Condition.Is("ports", Datum.Empty)]);
    }

    void Ensure(UnitId unit, DesiredSwitchPort port)
    {
        if (snapshot[Northbound.LogicalSwitchPort].Find("name", port.Name) is { } row) Update(row, port);
        else Insert(unit, port);
    }

    void Insert(UnitId unit, DesiredSwitchPort port)
    {
        if (!_made.TryGetValue(port.Switch, out var parent))
        {
            if (Switch(port.Switch) is not { } found)
            {
                _withoutSwitch.Add(unit);
                return;
            }
            parent = found.Uuid;
        }
        foreach (var key in new[] { Northbound.AddressKey, Northbound.AddressIPv6Key })
        {
            if (port.ExternalIds.GetValueOrDefault(key) is not { } address) continue;
            ImmutableArray<KeyValuePair<string, string>> taken = [new(Northbound.SwitchKey, port.Switch), new(key, address)];
            Require(new(unit, address, [Condition.Includes("external_ids", Datum.StringMap(taken))], taken), Northbound.LogicalSwitchPort);
        }
        var name = $"port{Transaction.Count}";
        Transaction.Insert(Northbound.LogicalSwitchPort, new Dictionary<string, Datum>(Columns(port))
        {
            ["name"] = Datum.Of(port.Name),
            ["options"] = Datum.StringMap(port.Options),
            ["external_ids"] = Datum.StringMap(port.ExternalIds),
        }, name);
        _guarded.Add(Transaction.Mutate(Northbound.LogicalSwitch, [Condition.Is("_uuid", Datum.Of(parent))], Mutation.Insert("ports", Datum.Of(Atom.Named(name)))));
        _differences.Add($"{Northbound.LogicalSwitchPort} {port.Name} is missing");
    }

    void Update(Row row, DesiredSwitchPort port)
    {
        ImmutableArray<Condition> here = [Condition.Row(row.Uuid)];
        var wrong = Columns(port).Where(c => !row[c.Key].Equals(c.Value)).ToList();
        if (wrong.Count > 0) _guarded.Add(Transaction.Update(Northbound.LogicalSwitchPort, here, wrong));
        foreach (var (column, entries) in new[] { ("options", port.Options), ("external_ids", port.ExternalIds) })
        {
            var differing = entries.Where(e => row[column].StringValue(e.Key) != e.Value).ToList();
            if (differing.Count == 0) continue;
            wrong.Add(new(column, row[column]));
            _guarded.Add(Transaction.Mutate(Northbound.LogicalSwitchPort, here,
                Mutation.DeleteKeys(column, differing.Select(d => d.Key)), Mutation.Insert(column, Datum.StringMap(differing))));
        }
        if (wrong.Count > 0) _differences.Add($"{Northbound.LogicalSwitchPort} {port.Name}: {string.Join(", ", wrong.Select(w => w.Key))} is not as it should be");
    }

    void Remove(PlannedUnit planned, EndpointId endpoint)
    {
        if (snapshot[Northbound.LogicalSwitchPort].Find("name", endpoint.Value) is not { } row) return;
        if (Vswitch.UnitOf(row) != planned.Unit || (!planned.OfAnyInstance && Vswitch.InstanceOf(row) != instance)) return;
        Remove(row);
        _differences.Add($"{Northbound.LogicalSwitchPort} {endpoint.Value} should not exist");
    }

    void Remove(Row row) =>
        Transaction.Mutate(Northbound.LogicalSwitch, [Condition.Includes("ports", Datum.Of(row.Uuid))], Mutation.Delete("ports", Datum.Of(row.Uuid)));

    // A row that nothing refers to is there until the commit, and would still be seen to hold its addresses.
    void Evict(Row row)
    {
        Transaction.Mutate(Northbound.LogicalSwitchPort, Condition.Row(row.Uuid), Mutation.DeleteKeys("external_ids", Northbound.AddressKey, Northbound.AddressIPv6Key));
        Remove(row);
    }

    void RequireUnchanged(UnitId unit, Row logicalSwitch)
    {
        ImmutableArray<Condition> here = [Condition.Row(logicalSwitch.Uuid)];
        var index = Transaction.Wait(Northbound.LogicalSwitch, here, ["external_ids"], "==", [[new("external_ids", logicalSwitch["external_ids"])]], TimeSpan.Zero);
        _preconditions[index] = new NorthboundPrecondition(unit, null, here, []);
    }

    // That there is no such row.
    void Require(NorthboundPrecondition precondition, string table) =>
        _preconditions[Transaction.Wait(table, precondition.Where, ["name"], "==", [], TimeSpan.Zero)] = precondition;

    static Dictionary<string, Datum> Columns(DesiredSwitchPort port) => new()
    {
        ["addresses"] = Datum.Of(port.Addresses),
        ["port_security"] = port.HasPortSecurity ? Datum.Of(port.Addresses) : Datum.Empty,
    };
}
