using System.Collections.Immutable;
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

    /// <summary>The key in external_ids of a switch that Hawser made: it may go with the last host that uses it.</summary>
    public const string MadeKey = "hawser-made";

    /// <summary>The key in external_ids of a port that names its host's system-id.</summary>
    public const string HostKey = "hawser-host";

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

    /// <summary>The name of a switch or port.</summary>
    public static readonly Column<string> Name = Column.String("name");

    /// <summary>The tables that a host watches: all switches by name, and of the ports its own.</summary>
    public static ImmutableArray<TableMonitor> Monitored(string chassis) =>
    [
        // Not their ports: every host would be told of every other's containers.
        new(LogicalSwitch, "name", "external_ids") { Required = true },
        new(LogicalSwitchPort, "name", "addresses", "port_security", "options", "external_ids")
        {
            Where = [Condition.Includes("external_ids", HostKey, chassis)],
            Required = true,
        },
    ];

    /// <summary>The key in external_ids of a switch that says that a host has a network on it. Its value is the installation.</summary>
    public static string ShareKey(string chassis, NetworkId network) => $"{SharePrefix}{chassis}:{network}";

    /// <summary>The shares that hosts have in a switch, whatever host: keys of its external_ids with their installations.</summary>
    public static IEnumerable<(string Key, InstanceId Instance)> SharesIn(Row logicalSwitch) =>
        logicalSwitch["external_ids"].StringPairs().Where(p => p.Key.StartsWith(SharePrefix, StringComparison.Ordinal)).Select(p => (p.Key, new InstanceId(p.Value)));

    /// <summary>Whether a share is a host's.</summary>
    public static bool IsShareOf(string key, string chassis) => key.StartsWith($"{SharePrefix}{chassis}:", StringComparison.Ordinal);
}
