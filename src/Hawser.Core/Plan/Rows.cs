using Hawser.Core.Options;
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

    /// <summary>The port of a container's link.</summary>
    /// <param name="name">The host's end.</param>
    /// <param name="tag">The VLAN of untagged frames, or null for none.</param>
    /// <param name="options">What the user asked for.</param>
    public static RowSpec ContainerPort(string name, int? tag, EndpointOptions options) =>
        Port(name, Interface(name)
            .With("ingress_policing_rate", Datum.Of(options.IngressRate ?? 0))
            .With("ingress_policing_burst", Datum.Of(options.IngressBurst ?? 0)))
        .With("tag", tag is { } vlan ? Datum.Of(vlan) : Datum.Empty)
        .With("trunks", Datum.Set(options.Trunks.Select(t => (Atom)t)))
        .With("vlan_mode", VlanMode(tag, options.Trunks) is { } mode ? Datum.Of(mode) : Datum.Empty);

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

    // vswitch.xml, Port.vlan_mode: a tag beside trunks is the VLAN of untagged frames.
    static string? VlanMode(int? tag, ValueArray<int> trunks) => (tag, trunks.IsEmpty) switch
    {
        (null, true) => null,
        (not null, true) => "access",
        (null, false) => "trunk",
        (not null, false) => "native-untagged",
    };

    static RowSpec WithInterface(RowSpec port, Func<RowSpec, RowSpec> change) => port with
    {
        References = [.. port.References.Select(r => r with { Row = change(r.Row) })],
    };
}
