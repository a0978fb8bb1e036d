using System.Collections.Immutable;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>What a bridge needs for all the networks that live on it.</summary>
static class BridgePlan
{
    public static DesiredUnit? For(string bridge, HostIntent intent, HostFacts facts)
    {
        var networks = intent.LiveOn(bridge).ToImmutableArray();
        var leaving = LeavingFrom(bridge, intent);
        var isForeign = facts.ForeignBridges.ContainsKey(bridge);
        if (networks.IsEmpty && !isForeign && !intent.HasAttachments(bridge)) return null;

        var unit = UnitId.Bridge(bridge);
        var rows = ImmutableArray.CreateBuilder<RowPlacement>();
        ImmutableArray<RowSpec> ports = [.. InternalPorts(bridge, networks), .. UplinkPorts(networks)];
        if (!isForeign)
            rows.Add(new RowPlacement(RowKey.Only(Vswitch.OpenVSwitch), "bridges", Bridge(bridge, networks, leaving, unit, facts)));
        rows.AddRange(ports.Select(
            port => new RowPlacement(RowKey.Named(Vswitch.Bridge, bridge), "ports", Rows.Marked(port, unit, facts))));
        var portNames = ports.Select(p => p.Key.Value!);
        return new DesiredUnit(unit)
        {
            Vswitch = rows.ToImmutable(),
            Borrowed = [.. portNames],
            Awaits = [.. (isForeign ? portNames : portNames.Prepend(bridge)).Select(name => new AwaitedInterface(name))],
            Gateways = [.. Gateways(networks, leaving)],
            Uplinks = [.. Uplinks(networks)],
            NeedsRules = NeedsRules(bridge, intent),
        };
    }

    /// <summary>What a bridge that goes leaves behind. If it holds ports of others, it stays, but without the addresses.</summary>
    public static LeavingUnit Leaving(string bridge, HostIntent intent) =>
        new() { Gateways = [.. Gateways([], LeavingFrom(bridge, intent))], HasRules = NeedsRules(bridge, intent) };

    /// <summary>
    /// The datapath type of a bridge. A foreign bridge keeps its own. A bridge of ours gets what its first network with a
    /// choice asks for, or else what the host supports.
    /// </summary>
    public static string DatapathType(string bridge, HostIntent intent, HostFacts facts)
    {
        if (facts.ForeignBridges.TryGetValue(bridge, out var type)) return type;
        var choice = intent.Networks.Values.Where(n => n.Unit == UnitId.Bridge(bridge))
            .Select(n => n.Options.Datapath)
            .FirstOrDefault(d => d != DatapathChoice.Auto);
        return choice == DatapathChoice.Netdev || (choice == DatapathChoice.Auto && !facts.HasKernelDatapath) ? "netdev" : "system";
    }

    static bool NeedsRules(string bridge, HostIntent intent) =>
        intent.Networks.Values.Any(n => n.Unit == UnitId.Bridge(bridge) && n.IsRoutedByHost);

    static ImmutableArray<NetworkRecord> LeavingFrom(string bridge, HostIntent intent) =>
        [.. intent.Networks.Values.Where(n => n.IsRemoving && n.Unit == UnitId.Bridge(bridge))];

    static RowSpec Bridge(
        string name, ImmutableArray<NetworkRecord> networks, ImmutableArray<NetworkRecord> leaving, UnitId unit, HostFacts facts)
    {
        var intent = networks.Aggregate(HostIntent.Empty, (all, n) => all.With(n));
        var own = Rows.InternalPort(name);
        if (First(networks.Where(n => n.Options.Vlan is null), n => n.Options.Mtu) is { } mtu) own = Rows.WithMtu(own, mtu);
        var row = new RowSpec(RowKey.Named(Vswitch.Bridge, name))
            .With("datapath_type", Datum.Of(DatapathType(name, intent, facts)))
            .WithReference("ports", Rows.Marked(own, unit, facts));

        var controllers = Controllers(networks);
        foreach (var target in controllers) row = row.WithReference("controller", new RowSpec(Controller(target)));
        // Controllers, mode and protocols that a network set are taken back with it. What no network ever set is left as it is.
        foreach (var target in Controllers(leaving).Except(controllers)) row = row.WithoutReference("controller", Controller(target));
        if ((FailMode(networks) ?? FailMode(leaving)) is not null)
            row = row.With("fail_mode", FailMode(networks) is { } mode ? Datum.Of(mode) : Datum.Empty);
        var protocols = Protocols(networks);
        if (!protocols.IsEmpty || !Protocols(leaving).IsEmpty) row = row.With("protocols", Datum.Set(protocols.Select(p => (Atom)p)));
        if (networks.Select(n => n.Options.DatapathId).FirstOrDefault(d => d is not null) is { } dpid)
            row = row.WithEntries("other_config", ("datapath-id", dpid));
        row = row.WithEntries("other_config", ("hwaddr", LocalMac(name, networks, facts)));
        return Marks.Own(row, unit, facts.Instance);
    }

    static RowKey Controller(string target) => new(Vswitch.Controller, "target", target);

    static ValueArray<string> Controllers(ImmutableArray<NetworkRecord> networks) =>
        networks.Select(n => n.Options.Controllers).FirstOrDefault(c => !c.IsEmpty);

    static ValueArray<string> Protocols(ImmutableArray<NetworkRecord> networks) =>
        networks.Select(n => n.Options.Protocols).FirstOrDefault(p => !p.IsEmpty);

    // A bridge that a controller directs must not fall back to a learning switch. dovesnap set this mode too.
    static string? FailMode(ImmutableArray<NetworkRecord> networks) =>
        networks.Select(n => n.Options.FailMode).FirstOrDefault(m => m is not null) ?? (Controllers(networks).IsEmpty ? null : "secure");

    // Without this, ovs-vswitchd chooses a MAC address at random each time that it makes the bridge, and containers go on sending
    // to the gateway's old one until their ARP entries time out.
    static string LocalMac(string bridge, ImmutableArray<NetworkRecord> networks, HostFacts facts) =>
        First(networks, n => n.Options.LocalMac)?.ToString() ?? facts.BridgeMacs.GetValueOrDefault(bridge)
        ?? (networks.IsEmpty ? MacAddress.For(bridge, []).ToString() : MacOf(networks));

    static string MacOf(IEnumerable<NetworkRecord> networks) =>
        MacAddress.For(networks.MinBy(n => (n.CreatedAt, n.Id))!.Id.Value, []).ToString();

    static IEnumerable<RowSpec> InternalPorts(string bridge, ImmutableArray<NetworkRecord> networks) =>
        from network in networks
        where network.Options.Vlan is not null && network.IsRoutedByHost
        group network by network.Options.Vlan!.Value into vlan
        orderby vlan.Key
        let port = Rows.WithMac(Rows.InternalPort(Names.VlanPort(bridge, vlan.Key)), MacOf(vlan))
            .With("tag", Datum.Of(vlan.Key))
            .With("vlan_mode", Datum.Of("access"))
        select First(vlan, n => n.Options.Mtu) is { } mtu ? Rows.WithMtu(port, mtu) : port;

    static IEnumerable<RowSpec> UplinkPorts(ImmutableArray<NetworkRecord> networks) => Uplinks(networks).Select(Rows.SystemPort);

    static IEnumerable<string> Uplinks(ImmutableArray<NetworkRecord> networks) =>
        networks.Select(n => n.Options.BindInterface).OfType<string>().Distinct().Order(StringComparer.Ordinal);

    static IEnumerable<DesiredGateway> Gateways(ImmutableArray<NetworkRecord> networks, ImmutableArray<NetworkRecord> leaving)
    {
        var links = networks.Concat(leaving).Where(n => n.IsRoutedByHost)
            .GroupBy(n => n.GatewayLink)
            .OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (var link in links)
        {
            var present = link.Where(n => !n.IsRemoving).SelectMany(n => Addresses(n.GatewaySubnets)).Distinct()
                .OrderBy(a => a.ToString(), StringComparer.Ordinal).ToImmutableArray();
            // Addresses that the link held before the network came stay.
            var absent = link.Where(n => n.IsRemoving).SelectMany(n => Addresses(n.GatewaySubnets.Where(s => !s.IsGatewayForeign)))
                .Except(present).ToImmutableArray();
            yield return new DesiredGateway(link.Key, present, absent);
        }
    }

    static IEnumerable<LinkAddress> Addresses(IEnumerable<Subnet> subnets) =>
        subnets.Select(s => new LinkAddress(s.Gateway!, s.Pool.PrefixLength));

    static T? First<T>(IEnumerable<NetworkRecord> networks, Func<NetworkRecord, T?> select) where T : struct =>
        networks.Select(select).FirstOrDefault(v => v is not null);
}
