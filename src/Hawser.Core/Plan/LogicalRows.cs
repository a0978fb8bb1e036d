using System.Net;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>The rows of OVN's northbound database that plans are made of.</summary>
static class LogicalRows
{
    /// <summary>A router's port. Every host computes the same MAC address for it.</summary>
    public static RowSpec RouterPort(string name, IEnumerable<string> networks) =>
        new RowSpec(RowKey.Named(Northbound.LogicalRouterPort, name))
            .With("mac", Datum.Of(MacOf(name).ToString()))
            .With("networks", Datum.Set(networks.Select(n => (Atom)n)));

    /// <summary>The switch's end of a router's port.</summary>
    public static RowSpec PeerPort(string routerPort) =>
        new RowSpec(RowKey.Named(Northbound.LogicalSwitchPort, Names.Peer(routerPort)))
            .With("type", Datum.Of("router"))
            .With("addresses", Datum.Of("router"))
            .WithEntries(Northbound.Options, ("router-port", routerPort));

    /// <summary>A router's route.</summary>
    public static RowSpec Route(string key, string destination, IPAddress nexthop) =>
        new RowSpec(Marks.Keyed(Northbound.StaticRoute, key))
            .With("ip_prefix", Datum.Of(destination))
            .With("nexthop", Datum.Of(nexthop.ToString()));

    /// <summary>A router's address translation.</summary>
    public static RowSpec Translation(string key, string type, IPAddress outside, string inside) =>
        new RowSpec(Marks.Keyed(Northbound.Nat, key))
            .With("type", Datum.Of(type))
            .With("external_ip", Datum.Of(outside.ToString()))
            .With("logical_ip", Datum.Of(inside));

    /// <summary>The MAC address of a router's port.</summary>
    public static MacAddress MacOf(string routerPort) => MacAddress.For(routerPort, []);
}
