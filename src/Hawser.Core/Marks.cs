using System.Collections.Immutable;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core;

/// <summary>
/// What Hawser writes into the external_ids of rows, in both databases, to recognize them. A row belongs to one unit of one
/// installation, or hosts share it in the northbound database. A shared row carries a key for each network that uses it.
/// </summary>
public static class Marks
{
    /// <summary>The map, in every table, for what programs other than Open vSwitch and OVN say of a row.</summary>
    public const string ExternalIds = "external_ids";

    /// <summary>The installation that made a row.</summary>
    public const string InstanceKey = "hawser-instance";

    /// <summary>The unit that needs a row.</summary>
    public const string UnitKey = "hawser-unit";

    /// <summary>The system-id of the host that a row of the northbound database belongs to.</summary>
    public const string HostKey = "hawser-host";

    /// <summary>Hawser made this row, and hosts share it. It may be removed with the last of them.</summary>
    public const string MadeKey = "hawser-made";

    /// <summary>Tells a row from the others of its table where no column does.</summary>
    public const string NameKey = "hawser-row";

    /// <summary>The pool of the address plan that a row of Address_Set is.</summary>
    public const string PoolKey = "hawser-pool";

    /// <summary>What the keys of shares start with: a host's name follows, and what it has there.</summary>
    public const string SharePrefix = "hawser-share:";

    /// <summary>The entries by which rows are found: which unit needs a row, and what tells it from others.</summary>
    public static ImmutableArray<MapEntry> Lookups { get; } = [new(ExternalIds, UnitKey), new(ExternalIds, NameKey)];

    /// <summary>The rows of a table that are marked with a unit.</summary>
    public static IEnumerable<Row> RowsOf(UnitId unit, TableSnapshot table) => table.FindAll(Lookups[0], unit.Value);

    /// <summary>The unit that a row is marked with, or null if the row does not belong to one installation.</summary>
    public static UnitId? UnitOf(Row row) => Of(row, UnitKey) is { } unit ? UnitId.Parse(unit) : null;

    /// <summary>The installation that a row is marked with, or null if the row does not belong to one installation.</summary>
    public static InstanceId? InstanceOf(Row row) => Of(row, InstanceKey) is { } instance ? new InstanceId(instance) : null;

    /// <summary>The host that a row of the northbound database is marked with, or null.</summary>
    public static string? HostOf(Row row) => Of(row, HostKey);

    /// <summary>Whether Hawser made a row that hosts share.</summary>
    public static bool IsMade(Row row) => Of(row, MadeKey) is not null;

    /// <summary>The key by which a marked row is found again.</summary>
    public static RowKey KeyOf(Row row) => row.TryGet("name", out var name) && name.Count == 1
        ? RowKey.Named(row.Table, name.Keys[0].AsString)
        : Keyed(row.Table, Of(row, NameKey) ?? "");

    /// <summary>The key of a row of a table where no column tells rows apart.</summary>
    public static RowKey Keyed(string table, string value) => RowKey.WithEntry(table, ExternalIds, NameKey, value);

    /// <summary>Marks a row of the Open_vSwitch database.</summary>
    public static RowSpec Own(RowSpec row, UnitId unit, InstanceId instance) =>
        row.WithEntries(ExternalIds, (InstanceKey, instance.Value), (UnitKey, unit.Value));

    /// <summary>Marks a row of the northbound database that belongs to one host.</summary>
    public static RowSpec OfHost(RowSpec row, UnitId unit, string chassis, InstanceId instance) =>
        Own(row, unit, instance).WithEntries(ExternalIds, (HostKey, chassis));

    /// <summary>Marks a row of the northbound database that hosts share.</summary>
    public static RowSpec Made(RowSpec row) => row.WithEntries(ExternalIds, (MadeKey, "true"));

    /// <summary>The key that says that a host has a network on a shared row. Its value is the installation.</summary>
    public static string ShareKey(string chassis, NetworkId network) => $"{SharePrefix}{chassis}:{network}";

    /// <summary>The shares of all hosts in a row: keys with their installations.</summary>
    public static IEnumerable<(string Key, InstanceId Instance)> SharesIn(Row row) =>
        row[ExternalIds].StringPairs()
            .Where(p => p.Key.StartsWith(SharePrefix, StringComparison.Ordinal))
            .Select(p => (p.Key, new InstanceId(p.Value)));

    /// <summary>Whether a share belongs to a host.</summary>
    public static bool IsShareOf(string key, string chassis) => key.StartsWith($"{SharePrefix}{chassis}:", StringComparison.Ordinal);

    static string? Of(Row row, string key) => row.TryGet(ExternalIds, out var ids) ? ids.StringValue(key) : null;
}
