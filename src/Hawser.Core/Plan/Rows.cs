using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>The rows that plans are made of.</summary>
static class Rows
{
    /// <summary>A port with one interface of type internal: a link of the host that ovs-vswitchd makes.</summary>
    public static RowSpec InternalPort(string name) => Port(name, Interface(name).With("type", Datum.Of("internal")));

    /// <summary>A port with one interface that is a link of the host.</summary>
    public static RowSpec SystemPort(string name) => Port(name, Interface(name));

    public static RowSpec Interface(string name) => new(RowKey.Named(Vswitch.Interface, name));

    public static RowSpec Port(string name, RowSpec @interface) =>
        new RowSpec(RowKey.Named(Vswitch.Port, name)).WithReference("interfaces", @interface);

    /// <summary>The same port, whose interface asks for an MTU.</summary>
    public static RowSpec WithMtu(RowSpec port, int mtu) => WithInterface(port, i => i.With("mtu_request", Datum.Of(mtu)));

    /// <summary>The same port, whose internal interface has a MAC address.</summary>
    public static RowSpec WithMac(RowSpec port, string mac) => WithInterface(port, i => i.With("mac", Datum.Of(mac)));

    /// <summary>The same port with entries in its interface's external_ids.</summary>
    public static RowSpec WithInterfaceEntries(RowSpec port, params (string Key, string Value)[] entries) =>
        WithInterface(port, i => i.WithEntries(Marks.ExternalIds, entries));

    /// <summary>The same port and its interface, both marked as a unit's.</summary>
    public static RowSpec Marked(RowSpec port, UnitId unit, HostFacts facts) =>
        WithInterface(Marks.Own(port, unit, facts.Instance), i => Marks.Own(i, unit, facts.Instance));

    static RowSpec WithInterface(RowSpec port, Func<RowSpec, RowSpec> change) => port with
    {
        References = [.. port.References.Select(r => r with { Row = change(r.Row) })],
    };
}
