using System.Collections.Immutable;
using System.Globalization;
using Hawser.Ovsdb;

namespace Hawser.Core.Tables;

/// <summary>What Hawser reads and writes of the OVN_Northbound database (ovn-nb.ovsschema, described in ovn-nb(5)).</summary>
public static class Northbound
{
    /// <summary>The database's name.</summary>
    public const string Database = "OVN_Northbound";

    /// <summary>The table of logical switches. Their names are not unique.</summary>
    public const string LogicalSwitch = "Logical_Switch";

    /// <summary>The table of their ports, whose names are unique.</summary>
    public const string LogicalSwitchPort = "Logical_Switch_Port";

    /// <summary>The table of logical routers. Their names are not unique.</summary>
    public const string LogicalRouter = "Logical_Router";

    /// <summary>The table of their ports, whose names are unique.</summary>
    public const string LogicalRouterPort = "Logical_Router_Port";

    /// <summary>The table of their policies.</summary>
    public const string LogicalRouterPolicy = "Logical_Router_Policy";

    /// <summary>The table of their routes.</summary>
    public const string StaticRoute = "Logical_Router_Static_Route";

    /// <summary>The table of their address translations.</summary>
    public const string Nat = "NAT";

    /// <summary>The table of names that switches answer for.</summary>
    public const string Dns = "DNS";

    /// <summary>The column of a switch that refers to them.</summary>
    public const string DnsRecords = "dns_records";

    /// <summary>The map in which every table keeps what others than OVN say of a row.</summary>
    public const string ExternalIds = "external_ids";

    /// <summary>The map of a row's settings.</summary>
    public const string Options = "options";

    /// <summary>The key in external_ids of a row that Hawser made and that hosts share: it may go with the last of them.</summary>
    public const string MadeKey = "hawser-made";

    /// <summary>The key in external_ids of a row that is one host's, with the host's system-id.</summary>
    public const string HostKey = "hawser-host";

    /// <summary>The key in external_ids of a router's row that names its routing domain.</summary>
    public const string VrfKey = "hawser-vrf";

    /// <summary>The key in external_ids of a row that nothing else tells from others of its table.</summary>
    public const string RowKey = "hawser-row";

    /// <summary>The key in external_ids of a port that names its switch.</summary>
    public const string SwitchKey = "hawser-switch";

    /// <summary>The key in external_ids of a port that names its network in Docker.</summary>
    public const string NetworkKey = "hawser-network";

    /// <summary>The key in external_ids of a port that names its container, once that is known.</summary>
    public const string ContainerKey = "hawser-container";

    /// <summary>The key in external_ids of a port that holds its IPv4 address.</summary>
    public const string AddressKey = "hawser-ip4";

    /// <summary>The key in external_ids of a port that holds its IPv6 address.</summary>
    public const string AddressIPv6Key = "hawser-ip6";

    const string SharePrefix = "hawser-share:";
    const string GatewayPrefix = "hawser-gateway:";

    /// <summary>The name of a switch or port.</summary>
    public static readonly Column<string> Name = Column.String("name");

    /// <summary>Logical_Switch_Port.up: whether the port is bound and its flows are installed.</summary>
    public static readonly Column<bool?> Up = Column.OptionalBoolean("up");

    /// <summary>Whether of a port that is not nested nothing else than this has changed: its host knows it sooner, by ovn-installed.</summary>
    public static bool DiffersInUpOnly(RowChange change) =>
        change is { Table: LogicalSwitchPort, Old: { } old, New: { } now } && now["parent_name"].Count == 0
        && old.Columns.Where(c => c != Up.Name).All(c => old[c].Equals(now[c]));

    /// <summary>The tables that a host watches: all switches by name, and of other rows its own and those that hosts share.</summary>
    public static ImmutableArray<TableMonitor> Monitored(string chassis)
    {
        ImmutableArray<Condition> concerned = [Condition.Includes(ExternalIds, HostKey, chassis), Condition.Includes(ExternalIds, MadeKey, "true")];
        // Never the columns that hold a switch's or router's children: every host would be told of every other's containers.
        return
        [
            new(LogicalSwitch, "name", DnsRecords, ExternalIds) { Required = true },
            new(LogicalSwitchPort, "name", "type", "addresses", "port_security", "parent_name", "tag", "up", Options, ExternalIds) { Where = concerned, Required = true },
            new(LogicalRouter, "name", Options, ExternalIds) { Where = concerned, Required = true },
            new(LogicalRouterPort, "name", "mac", "networks", ExternalIds) { Where = concerned, Required = true },
            new(LogicalRouterPolicy, "priority", "match", "action", "nexthops", ExternalIds) { Where = concerned, Required = true },
            new(StaticRoute, "ip_prefix", "nexthop", ExternalIds) { Where = concerned, Required = true },
            new(Nat, "type", "external_ip", "logical_ip", ExternalIds) { Where = concerned, Required = true },
            new(Dns, "records", ExternalIds) { Where = concerned, Required = true },
        ];
    }

    /// <summary>The tables of rows that live in another row's column, with that row's table and column.</summary>
    public static ImmutableArray<(string Table, string ParentTable, string ParentColumn)> Children { get; } =
    [
        (LogicalSwitchPort, LogicalSwitch, "ports"), (LogicalRouterPort, LogicalRouter, "ports"), (LogicalRouterPolicy, LogicalRouter, "policies"),
        (StaticRoute, LogicalRouter, "static_routes"), (Nat, LogicalRouter, "nat"),
    ];

    /// <summary>The key in external_ids of a distributed router that holds a host's place between the routers.</summary>
    public static string GatewayKey(string chassis) => GatewayPrefix + chassis;

    /// <summary>The places between a domain's routers that hosts have.</summary>
    public static IEnumerable<int> GatewayPlaces(Row router) =>
        from pair in router[ExternalIds].StringPairs()
        where pair.Key.StartsWith(GatewayPrefix, StringComparison.Ordinal)
        select int.TryParse(pair.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : 0;

    /// <summary>The key in external_ids of a switch that says that a host has a network on it. Its value is the installation.</summary>
    public static string ShareKey(string chassis, NetworkId network) => $"{SharePrefix}{chassis}:{network}";

    /// <summary>The shares that hosts have in a switch, whatever host: keys of its external_ids with their installations.</summary>
    public static IEnumerable<(string Key, InstanceId Instance)> SharesIn(Row logicalSwitch) =>
        logicalSwitch["external_ids"].StringPairs().Where(p => p.Key.StartsWith(SharePrefix, StringComparison.Ordinal)).Select(p => (p.Key, new InstanceId(p.Value)));

    /// <summary>Whether a share is a host's.</summary>
    public static bool IsShareOf(string key, string chassis) => key.StartsWith($"{SharePrefix}{chassis}:", StringComparison.Ordinal);
}
