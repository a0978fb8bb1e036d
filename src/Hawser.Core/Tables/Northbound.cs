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

    /// <summary>The table of routers' policies.</summary>
    public const string LogicalRouterPolicy = "Logical_Router_Policy";

    /// <summary>The table of routers' routes.</summary>
    public const string StaticRoute = "Logical_Router_Static_Route";

    /// <summary>The table of routers' address translations.</summary>
    public const string Nat = "NAT";

    /// <summary>The table of names that switches answer for.</summary>
    public const string Dns = "DNS";

    /// <summary>The table of load balancers.</summary>
    public const string LoadBalancer = "Load_Balancer";

    /// <summary>The column of a switch that refers to rows of <see cref="Dns"/>.</summary>
    public const string DnsRecords = "dns_records";

    /// <summary>The map of a row's settings.</summary>
    public const string Options = "options";

    /// <summary>The key in external_ids of a router's row that names its routing domain.</summary>
    public const string VrfKey = "hawser-vrf";

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

    const string GatewayPrefix = "hawser-gateway:";

    /// <summary>The name of a switch or port.</summary>
    public static readonly Column<string> Name = Column.String("name");

    /// <summary>Logical_Switch_Port.up: whether the port is bound and its flows are installed.</summary>
    public static readonly Column<bool?> Up = Column.OptionalBoolean("up");

    /// <summary>
    /// Whether nothing but <see cref="Up"/> has changed of a port that is not nested. Its host knows that sooner, by
    /// ovn-installed.
    /// </summary>
    public static bool DiffersInUpOnly(RowChange change) =>
        change is { Table: LogicalSwitchPort, Old: { } old, New: { } now } && now["parent_name"].Count == 0
        && old.Columns.Where(c => c != Up.Name).All(c => old[c].Equals(now[c]));

    /// <summary>
    /// The tables, always without the columns that hold a switch's or router's children: with those, every host would be told
    /// of every other's containers.
    /// </summary>
    public static ImmutableArray<OwnedTable> Tables { get; } =
    [
        new(LogicalRouter, ["name", Options, Marks.ExternalIds]),
        new(LogicalSwitch, ["name", DnsRecords, Marks.ExternalIds]) { IsWatchedWhole = true },
        new(Dns, ["records", Marks.ExternalIds]),
        new(LoadBalancer, ["name", Marks.ExternalIds]) { MayBeLacking = true },
        new(LogicalSwitchPort, ["name", "type", "addresses", "port_security", "parent_name", "tag", "up", Options, Marks.ExternalIds])
        {
            Parents = [new(LogicalSwitch, "ports")],
        },
        new(LogicalRouterPort, ["name", "mac", "networks", Marks.ExternalIds]) { Parents = [new(LogicalRouter, "ports")] },
        new(LogicalRouterPolicy, ["priority", "match", "action", "nexthops", Marks.ExternalIds])
        {
            Parents = [new(LogicalRouter, "policies")],
        },
        new(StaticRoute, ["ip_prefix", "nexthop", Marks.ExternalIds]) { Parents = [new(LogicalRouter, "static_routes")] },
        new(Nat, ["type", "external_ip", "logical_ip", Marks.ExternalIds]) { Parents = [new(LogicalRouter, "nat")] },
    ];

    /// <summary>What a host's replica has to follow: all switches by name; else its own rows and those that hosts share.</summary>
    public static ImmutableArray<TableMonitor> Monitors(string chassis) => OwnedTable.Monitors(Tables,
        Condition.Includes(Marks.ExternalIds, Marks.HostKey, chassis), Condition.Includes(Marks.ExternalIds, Marks.MadeKey, "true"));

    /// <summary>The key in external_ids of a distributed router that holds a host's place between the routers.</summary>
    public static string GatewayKey(string chassis) => GatewayPrefix + chassis;

    /// <summary>The place between a domain's routers that a host has, or null.</summary>
    public static int? GatewayPlace(Row router, string chassis) => Place(router[Marks.ExternalIds].StringValue(GatewayKey(chassis)));

    /// <summary>The places between a domain's routers that hosts have.</summary>
    public static IEnumerable<int> GatewayPlaces(Row router) =>
        from pair in router[Marks.ExternalIds].StringPairs()
        where pair.Key.StartsWith(GatewayPrefix, StringComparison.Ordinal)
        select Place(pair.Value) ?? 0;

    static int? Place(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : null;
}
