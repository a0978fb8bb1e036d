using System.Collections.Immutable;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb.Sync;

namespace Hawser.Tests.Core;

public sealed class PlannerTests
{
    static readonly HostFacts Facts = new() { Instance = new InstanceId("abcd") };

    static NetworkRecord Network(string id, string pool, NetworkOptions? options = null) => new()
    {
        Id = new NetworkId(id),
        Options = options ?? new NetworkOptions { BridgeName = "br0" },
        Subnets = [new Subnet(IPNetwork.Parse(pool), new Subnet(IPNetwork.Parse(pool), null).First)],
    };

    static EndpointRecord Endpoint(string id, string network, EndpointOptions? options = null) => new()
    {
        Id = new EndpointId(id),
        Network = new NetworkId(network),
        Address = IPAddress.Parse("10.1.0.2"),
        Mac = MacAddress.For(IPAddress.Parse("10.1.0.2"), []),
        Options = options ?? new(),
    };

    static string Bridge(HostIntent intent, HostFacts? facts = null, string bridge = "br0") => Golden.Text(Planner.Plan(UnitId.Bridge(bridge), intent, facts ?? Facts, NorthboundView.Empty));

    static string Port(HostIntent intent, string endpoint, HostFacts? facts = null) => Golden.Text(Planner.Plan(UnitId.Endpoint(new EndpointId(endpoint)), intent, facts ?? Facts, NorthboundView.Empty));

    static readonly HostFacts OvnFacts = Facts with
    {
        Ovn = new OvnSettings { Chassis = "host1" },
        ForeignBridges = new ValueDictionary<string>().Add("br-int", "netdev"),
    };

    static NetworkRecord LogicalNetwork(string id, bool portSecurity = true) =>
        Network(id, "10.1.0.0/24", new NetworkOptions { Mode = BridgeMode.Flat, Mtu = 1442 }) with { Logical = new LogicalSwitch("office", portSecurity) };

    static string Switch(HostIntent intent) => Golden.Text(Planner.Plan(UnitId.Switch("office"), intent, OvnFacts, NorthboundView.Empty));

    [Fact]
    public void A_logical_network_is_a_share_of_its_switch_and_no_bridge()
    {
        var intent = HostIntent.Empty.With(LogicalNetwork("a")).With(LogicalNetwork("b"));
        Switch(intent).ShouldBe("Logical_Switch office, shared: hawser-share:host1:a=abcd hawser-share:host1:b=abcd\n");
        Planner.Units(intent).ShouldBe([UnitId.Switch("office")]);
    }

    [Fact]
    public void A_network_that_is_being_removed_has_no_share() =>
        Switch(HostIntent.Empty.With(LogicalNetwork("a") with { IsRemoving = true })).ShouldBe("nothing\n");

    [Fact]
    public void An_endpoint_of_a_logical_network_is_a_port_of_the_switch_and_of_the_integration_bridge()
    {
        var intent = HostIntent.Empty.With(LogicalNetwork("a")).With(Endpoint("e1", "a") with { Container = "web" });
        Port(intent, "e1", OvnFacts).ShouldBe(Golden.LogicalPort);
    }

    [Fact]
    public void A_nested_port_is_a_VLAN_of_its_parent_and_a_port_of_the_machines_bridge()
    {
        var network = LogicalNetwork("a") with { Logical = new LogicalSwitch("office", PortSecurity: true) { Parent = "vm1" }, Options = new NetworkOptions { Mode = BridgeMode.Flat, BridgeName = "breth0" } };
        var intent = HostIntent.Empty.With(network);
        intent = intent.With(NestedPorts.Assign(Endpoint("e1", "a"), intent));
        var unit = Planner.Plan(UnitId.Endpoint(new EndpointId("e1")), intent, OvnFacts, NorthboundView.Empty)!;
        Golden.Text(unit).ShouldContain("parent_name=vm1 port_security=02:42:0a:01:00:02 10.1.0.2 tag=1 ");
        Golden.Text(unit).ShouldNotContain("options:", Case.Sensitive, "another host's ovn-controller binds it");
        unit.AwaitsUp.ShouldBe(new AwaitedPort("e1", "vm1"));
        unit.Awaits.ShouldBe([new AwaitedInterface("hwpheitg6j33kka")]);
        Golden.Text(unit).ShouldContain("Bridge breth0 ports:\n  Port hwpheitg6j33kka tag=1 trunks=[] vlan_mode=access\n");
        NestedPorts.Assign(Endpoint("e2", "a"), intent).NestedVlan.ShouldBe(2);
    }

    [Fact]
    public void Without_port_security_a_port_is_not_secured() =>
        Port(HostIntent.Empty.With(LogicalNetwork("a", portSecurity: false)).With(Endpoint("e1", "a")), "e1", OvnFacts).ShouldNotContain("secured");

    [Fact]
    public void A_nat_network_is_a_bridge_whose_own_port_holds_the_gateway() =>
        Bridge(HostIntent.Empty.With(Network("a", "10.1.0.0/24"))).ShouldBe(Golden.NatBridge);

    [Fact]
    public void Networks_in_VLANs_of_one_bridge_have_a_gateway_port_each()
    {
        var intent = HostIntent.Empty
            .With(Network("a", "10.1.0.0/24", new NetworkOptions { BridgeName = "br0", Vlan = 10, Mtu = 9000 }))
            .With(Network("b", "10.2.0.0/24", new NetworkOptions { BridgeName = "br0", Vlan = 20, Mode = BridgeMode.Routed }))
            .With(Network("c", "10.3.0.0/24", new NetworkOptions { BridgeName = "br0", Vlan = 30, Mode = BridgeMode.Flat }));
        Bridge(intent).ShouldBe(Golden.VlanBridge);
    }

    [Fact]
    public void A_flat_network_with_everything()
    {
        var options = new NetworkOptions
        {
            BridgeName = "br0",
            Mode = BridgeMode.Flat,
            BindInterface = "eth1",
            Mtu = 1400,
            Controllers = ["tcp:192.0.2.1:6653", "tcp:192.0.2.2:6653"],
            DatapathId = "00000000000000a1",
            Protocols = ["OpenFlow13"],
            LocalMac = MacAddress.FromBytes([2, 0, 0, 0, 0, 1]),
        };
        Bridge(HostIntent.Empty.With(Network("a", "10.1.0.0/24", options))).ShouldBe(Golden.FlatBridge);
    }

    [Fact]
    public void An_endpoint_is_a_veth_pair_and_a_port() =>
        Port(HostIntent.Empty.With(Network("a", "10.1.0.0/24")).With(Endpoint("e", "a")), "e").ShouldBe(Golden.Port);

    [Fact]
    public void An_endpoint_with_options_of_its_own()
    {
        var options = new EndpointOptions { Vlan = 7, Trunks = [8, 9], IngressRate = 1000, IngressBurst = 100 };
        var intent = HostIntent.Empty.With(Network("a", "10.1.0.0/24", new NetworkOptions { BridgeName = "br0", Vlan = 5, Mtu = 1400 }))
            .With(Endpoint("e", "a", options) with { Phase = EndpointPhase.Plugged });
        Port(intent, "e", Facts with { HasKernelDatapath = true }).ShouldBe(Golden.PortWithOptions);
    }

    [Fact]
    public void A_bridge_that_somebody_else_made_gets_no_row_of_ours_but_the_gateway()
    {
        var facts = Facts with { ForeignBridges = Facts.ForeignBridges.Add("br0", "netdev") };
        Bridge(HostIntent.Empty.With(Network("a", "10.1.0.0/24")), facts).ShouldBe("br0 holds [10.1.0.1/24]\n");
    }

    [Fact]
    public void What_is_being_removed_leaves_nothing_but_an_address_to_take_off()
    {
        var leaving = Network("a", "10.1.0.0/24") with { IsRemoving = true };
        Bridge(HostIntent.Empty.With(leaving)).ShouldBe("nothing\n");
        Bridge(HostIntent.Empty.With(leaving).With(Network("b", "10.2.0.0/24"))).ShouldEndWith("br0 holds [10.2.0.1/24] and no longer [10.1.0.1/24]\n");
        Port(HostIntent.Empty.With(Network("a", "10.1.0.0/24")).With(Endpoint("e", "a") with { Phase = EndpointPhase.Removing }), "e").ShouldBe("nothing\n");
    }

    [Fact]
    public void The_OpenFlow_settings_of_a_network_go_with_it()
    {
        var options = new NetworkOptions { BridgeName = "br0", Controllers = ["tcp:192.0.2.1:6653", "tcp:192.0.2.2:6653"], Protocols = ["OpenFlow13"] };
        var stays = HostIntent.Empty.With(Network("b", "10.2.0.0/24"));
        Bridge(stays.With(Network("a", "10.1.0.0/24", options))).ShouldContain("fail_mode=secure protocols=OpenFlow13");
        var after = Bridge(stays.With(Network("a", "10.1.0.0/24", options) with { IsRemoving = true }));
        after.ShouldContain("fail_mode=[] protocols=[]");
        after.ShouldContain("no controller tcp:192.0.2.1:6653\n    no controller tcp:192.0.2.2:6653\n");
        Bridge(stays).ShouldNotContain("fail_mode");
    }

    [Fact]
    public void OpenFlow_settings_stay_with_the_networks_that_have_them_too()
    {
        var options = new NetworkOptions { BridgeName = "br0", Controllers = ["tcp:192.0.2.1:6653"], FailMode = "standalone" };
        var intent = HostIntent.Empty.With(Network("a", "10.1.0.0/24", options) with { IsRemoving = true }).With(Network("b", "10.2.0.0/24", options with { FailMode = null }));
        var plan = Bridge(intent);
        plan.ShouldContain("fail_mode=secure");
        plan.ShouldNotContain("no controller");
    }

    [Fact]
    public void A_bridge_keeps_the_MAC_address_that_it_has()
    {
        var facts = Facts with { BridgeMacs = Facts.BridgeMacs.Add("br0", "02:42:99:99:99:99") };
        Bridge(HostIntent.Empty.With(Network("a", "10.1.0.0/24")), facts).ShouldContain("other_config:hwaddr=02:42:99:99:99:99");
    }

    [Fact]
    public void A_plan_does_not_depend_on_the_order_in_which_Docker_told() => Check.QuickThrowOnFailure(Prop.ForAll(Intents, records =>
        Everything(records.Shuffled()) == Everything(records.InOrder())));

    [Fact]
    public void Every_row_is_marked_with_its_unit_and_every_link_name_fits() => Check.QuickThrowOnFailure(Prop.ForAll(Intents, records =>
        Plans(records.InOrder()).All(plan =>
            plan.Vswitch.SelectMany(r => WithChildren(r.Row)).Where(r => r.Key.Table is "Bridge" or "Port" or "Interface").All(r => IsMarked(r, plan.Unit))
            && plan.Awaits.All(i => i.Name.Length <= Names.LinkLength))));

    [Fact]
    public void No_two_units_claim_the_same_row_or_link() => Check.QuickThrowOnFailure(Prop.ForAll(Intents, records =>
    {
        var plans = Plans(records.InOrder()).ToList();
        var rows = plans.SelectMany(p => p.Vswitch.SelectMany(r => WithChildren(r.Row)).Select(r => r.Key)).Where(k => k.Table != "Controller").ToList();
        var addresses = plans.SelectMany(p => p.Gateways.SelectMany(g => g.Present.Select(a => (g.Link, a)))).ToList();
        return rows.Distinct().Count() == rows.Count && addresses.Distinct().Count() == addresses.Count;
    }));

    [Fact]
    public void Every_live_network_has_its_bridge_and_every_live_endpoint_its_port() => Check.QuickThrowOnFailure(Prop.ForAll(Intents, records =>
    {
        var intent = records.InOrder();
        var interfaces = Plans(intent).SelectMany(p => p.Awaits).Select(i => i.Name).ToHashSet();
        return intent.Networks.Values.Where(n => !n.IsRemoving).All(n => interfaces.Contains(n.Bridge))
            && intent.Endpoints.Values.All(e => interfaces.Contains(Names.HostEnd(e.Id)) == (e.Phase != EndpointPhase.Removing));
    }));

    static IEnumerable<DesiredUnit> Plans(HostIntent intent) => Planner.Units(intent).Select(u => Planner.Plan(u, intent, Facts, NorthboundView.Empty)).OfType<DesiredUnit>();

    static string Everything(HostIntent intent) => string.Concat(Planner.Units(intent).Order().Select(u => $"{u}\n{Golden.Text(Planner.Plan(u, intent, Facts, NorthboundView.Empty))}"));

    static IEnumerable<RowSpec> WithChildren(RowSpec row) => row.References.SelectMany(r => WithChildren(r.Row)).Prepend(row);

    static bool IsMarked(RowSpec row, UnitId unit) =>
        row.Entries["external_ids"]["hawser-unit"] == unit.Value && row.Entries["external_ids"]["hawser-instance"] == Facts.Instance.Value;

    /// <summary>Networks on a few bridges and VLANs, no two of them alike in both and in subnet, and endpoints on them.</summary>
    static Arbitrary<Records> Intents { get; } = (
        from networks in (
            from bridge in Gen.Elements("br0", "br1", null)
            from vlan in Gen.Elements(null, 10, 20, (int?)4094)
            from mode in Gen.Elements(Enum.GetValues<BridgeMode>())
            from mtu in Gen.Elements(null, (int?)1400)
            from uplink in Gen.Elements(null, bridge == "br0" ? "eth1" : null)
            from isRemoving in Gen.Elements(false, false, true)
            select (Options: new NetworkOptions { BridgeName = bridge, Vlan = vlan, Mode = mode, Mtu = mtu, BindInterface = uplink }, isRemoving)).ListOf()
        from endpoints in (
            from network in Gen.Choose(0, 9)
            from phase in Gen.Elements(Enum.GetValues<EndpointPhase>())
            select (network, phase)).ListOf()
        from seed in Gen.Choose(0, int.MaxValue)
        let made = networks.Take(10).Select((n, i) => Network($"n{i}", $"10.{i}.0.0/24", n.Options) with { IsRemoving = n.isRemoving }).ToImmutableArray()
        select new Records(
            made,
            [.. endpoints.Where(e => e.network < made.Length).Select((e, i) => Endpoint($"e{i}", $"n{e.network}") with { Phase = e.phase })],
            seed)).ToArbitrary();

    sealed record Records(ImmutableArray<NetworkRecord> Networks, ImmutableArray<EndpointRecord> Endpoints, int Seed)
    {
        public HostIntent InOrder() => Of(Networks, Endpoints);

        public HostIntent Shuffled()
        {
            var (networks, endpoints) = (Networks.ToArray(), Endpoints.ToArray());
            new System.Random(Seed).Shuffle(networks);
            new System.Random(Seed).Shuffle(endpoints);
            return Of(networks, endpoints);
        }

        static HostIntent Of(IEnumerable<NetworkRecord> networks, IEnumerable<EndpointRecord> endpoints) =>
            endpoints.Aggregate(networks.Aggregate(HostIntent.Empty, (intent, n) => intent.With(n)), (intent, e) => intent.With(e));
    }
}
