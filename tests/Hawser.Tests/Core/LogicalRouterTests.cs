using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Options;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Core;

/// <summary>Routing domains: what they need, and which addresses lie between a host and its containers there.</summary>
public sealed class LogicalRouterTests
{
    static readonly HostFacts Facts = new()
    {
        Instance = new InstanceId("abcd"),
        Ovn = new OvnSettings { Chassis = "host1" },
        ForeignBridges = new ValueDictionary<string>().Add("br-int", "netdev"),
    };

    static NetworkRecord Network(string id, string vrf, params ImmutableArray<string> pools) => new()
    {
        Id = new NetworkId(id),
        Options = new NetworkOptions { Mode = BridgeMode.Flat, Mtu = 1442 },
        Logical = new LogicalSwitch($"switch-{id}", PortSecurity: true) { Vrf = vrf },
        Subnets = [.. pools.Select(p => new Subnet(IPNetwork.Parse(p), new Subnet(IPNetwork.Parse(p), null).First))],
    };

    static EndpointRecord Endpoint(string id, string network, string address) => new()
    {
        Id = new EndpointId(id),
        Network = new NetworkId(network),
        Address = IPAddress.Parse(address),
        Phase = EndpointPhase.Plugged,
        Ports = [new PublishedPort(6, null, 8080, 80)],
    };

    static HostIntent With(HostIntent intent, NetworkRecord network) => intent.With(Transit.Assign(network, intent));

    static HostIntent With(HostIntent intent, EndpointRecord endpoint) => intent.With(Transit.Assign(endpoint, intent));

    static string Plan(UnitId unit, HostIntent intent) => Golden.Text(Planner.Plan(unit, intent, Facts, NorthboundView.Empty));

    [Fact]
    public void A_domain_is_a_share_of_its_router_a_gateway_router_and_a_link_into_the_host() =>
        Plan(UnitId.Router("red"), With(With(HostIntent.Empty, Network("a", "red", "10.1.0.0/24")), Network("b", "red", "10.2.0.0/24", "fd00:2::/64"))).ShouldBe(Golden.RoutingDomain);

    [Fact]
    public void A_switch_of_a_domain_has_a_port_of_its_router() =>
        Plan(UnitId.Switch("switch-a"), With(HostIntent.Empty, Network("a", "red", "10.1.0.0/24"))).ShouldBe(Golden.RoutedSwitch);

    [Fact]
    public void A_switch_in_no_domain_that_answers_for_names_has_a_router_that_leads_nowhere()
    {
        var network = Network("a", "red", "10.1.0.0/24", "fd00:1::/64");
        Plan(UnitId.Switch("switch-a"), With(HostIntent.Empty, network with { Logical = network.Logical! with { Vrf = null, Dns = true } })).ShouldBe(Golden.ResolvedSwitch);
    }

    [Fact]
    public void Names_are_answered_for_on_all_networks_of_a_switch_or_on_none_at_gateways_that_no_domain_has()
    {
        var routed = Network("a", "red", "10.1.0.0/24");
        var plain = routed with { Logical = routed.Logical! with { Vrf = null } };
        var resolved = plain with { Logical = plain.Logical! with { Dns = true } };
        NetworkRules.Check(resolved, HostIntent.Empty);
        Refusal(resolved with { Subnets = [new Subnet(IPNetwork.Parse("10.1.0.0/24"), null)] }).ShouldContain("the network has no gateway");
        Refusal(routed with { Logical = routed.Logical with { Dns = true } }).ShouldContain("with ovn.vrf, the domain's router has the gateway's address");
        var other = Network("b", "red", "10.2.0.0/24") with { Logical = routed.Logical };
        Refusal(resolved, With(HostIntent.Empty, other)).ShouldContain("option ovn.dns: \"true\" is not allowed: network b has logical switch switch-a without it");
        Refusal(plain, With(HostIntent.Empty, other with { Logical = resolved.Logical })).ShouldContain("option ovn.dns: \"false\" is not allowed: network b has logical switch switch-a with it");

        static string Refusal(NetworkRecord network, HostIntent? intent = null) => Should.Throw<PluginException>(() => NetworkRules.Check(network, intent ?? HostIntent.Empty)).Message;
    }

    [Fact]
    public void An_internal_network_is_in_no_domain()
    {
        var intent = With(HostIntent.Empty, Network("a", "red", "10.1.0.0/24") with { IsInternal = true });
        Planner.Units(intent).ShouldBe([UnitId.Switch("switch-a")]);
        Plan(UnitId.Router("red"), intent).ShouldBe("nothing\n");
    }

    [Fact]
    public void A_published_endpoint_is_reached_at_a_transit_address_and_another_has_none()
    {
        var intent = With(With(HostIntent.Empty, Network("a", "red", "10.1.0.0/24")), Endpoint("e", "a", "10.1.0.5"));
        Plan(UnitId.Endpoint(new EndpointId("e")), intent).ShouldContain("Logical_Router hawser-red@host1 nat:\n  NAT e IPv4 external_ip=169.254.192.3 logical_ip=10.1.0.5 type=dnat_and_snat\n");
        Plan(UnitId.Endpoint(new EndpointId("f")), intent.With(Endpoint("f", "a", "10.1.0.6"))).ShouldNotContain("NAT");
    }

    [Fact]
    public void Names_are_the_switchs_and_with_their_networks_the_domains()
    {
        var named = Endpoint("e", "a", "10.1.0.5") with { Container = "Web", Aliases = ["shop"], AddressIPv6 = IPAddress.Parse("fd00:1::5") };
        var intent = With(HostIntent.Empty, Network("a", "red", "10.1.0.0/24") with { Name = "office" })
            .With(named).With(Endpoint("f", "a", "10.1.0.6") with { Container = "other", Aliases = ["shop"] })
            .With(Endpoint("unnamed", "a", "10.1.0.7")).With(Endpoint("unplugged", "a", "10.1.0.8") with { Container = "late", Phase = EndpointPhase.Reserved });
        Plan(UnitId.Switch("switch-a"), intent).ShouldContain(
            "Logical_Switch switch-a dns_records:\n  DNS switch-a@host1 records={other=10.1.0.6, shop=10.1.0.5 10.1.0.6 fd00:1::5, web=10.1.0.5 fd00:1::5}\n");
        Plan(UnitId.Router("red"), intent).ShouldNotContain("DNS", Case.Sensitive, "no switch of the domain exists yet");
        Golden.Text(Planner.Plan(UnitId.Router("red"), intent, Facts, new NorthboundView(SwitchesOf("red", "switch-a", "switch-b")))).ShouldContain("""
            Logical_Switch switch-b dns_records:
              DNS hawser-red@host1 records={other.office=10.1.0.6, shop.office=10.1.0.5 10.1.0.6 fd00:1::5, web.office=10.1.0.5 fd00:1::5}

            """);
    }

    [Fact]
    public void A_name_may_be_what_another_container_is_called_with_its_networks_name()
    {
        var network = Network("a", "red", "10.1.0.0/24") with { Name = "office" };
        var intent = HostIntent.Empty.With(network with { Logical = network.Logical! with { Vrf = null } })
            .With(Endpoint("e", "a", "10.1.0.5") with { Container = "web" }).With(Endpoint("f", "a", "10.1.0.6") with { Container = "Web.Office" });

        Plan(UnitId.Switch("switch-a"), intent).ShouldContain("records={web=10.1.0.5, web.office=10.1.0.5 10.1.0.6, web.office.office=10.1.0.6}");
    }

    [Fact]
    public void An_address_that_is_none_on_another_switchs_port_is_nobodys_trouble()
    {
        var intent = With(HostIntent.Empty, Network("a", "red", "10.1.0.0/24"));

        var view = new NorthboundView(SwitchesOf("red", ["10.1.0.1", "10.1.0.1/33", "nowhere/24", "10.9.0.1/24"], "switch-b"));
        Planner.Plan(UnitId.Switch("switch-a"), intent, Facts, view)!.Refusal.ShouldBeNull();
        view = new NorthboundView(SwitchesOf("red", ["10.1.0.1", "10.1.0.1/16"], "switch-b"));
        Planner.Plan(UnitId.Switch("switch-a"), intent, Facts, view)!.Refusal.ShouldStartWith("its subnet overlaps with 10.1.0.0/16 of logical switch switch-b");
    }

    static Snapshot SwitchesOf(string vrf, params IEnumerable<string> names) => SwitchesOf(vrf, [], names);

    // Switches on which a domain's router has a port.
    static Snapshot SwitchesOf(string vrf, string[] addresses, params IEnumerable<string> names)
    {
        var snapshot = Snapshot.Empty(DatabaseSchema.Parse(File.ReadAllText(OvsdbServer.NorthboundSchema)));
        foreach (var name in names)
        {
            snapshot = snapshot.Put(Northbound.LogicalSwitch, Guid.NewGuid(), [new("name", Datum.Of(name))])
                .Put(Northbound.LogicalRouterPort, Guid.NewGuid(),
                [
                    new("name", Datum.Of(Names.RouterPort(vrf, name))),
                    new("networks", Datum.Set(addresses.Select(a => (Atom)a))),
                    new(Marks.ExternalIds, Datum.StringMap([new(Northbound.VrfKey, vrf), new(Northbound.SwitchKey, name)])),
                ]);
        }
        return snapshot;
    }

    [Fact]
    public void To_the_firewall_a_domain_is_a_nat_network_of_its_transit_subnet()
    {
        var intent = With(With(With(HostIntent.Empty, Network("a", "red", "10.1.0.0/24")), Network("b", "blue", "10.1.0.0/24")), Endpoint("e", "b", "10.1.0.5"));
        var plan = FirewallPlan.For(intent, Facts, AddressFamily.InterNetwork);
        var (red, blue) = (Names.TransitLink("red"), Names.TransitLink("blue"));
        plan.Chains.Single(c => c.Name == "HAWSER-DNAT").Rules.ShouldBe(["-p tcp -m tcp --dport 8080 -j DNAT --to-destination 169.254.193.3:80"]);
        plan.Chains.Single(c => c.Name == "HAWSER-SNAT").Rules.ShouldContain($"-s 169.254.192.0/24 ! -o {red} -j MASQUERADE");
        plan.Chains.Single(c => c.Name == "HAWSER-OUTBOUND").Rules.ShouldContain($"-d 169.254.193.0/24 -o {blue} -j DROP");
        FirewallPlan.For(intent, Facts, AddressFamily.InterNetworkV6).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Networks_of_one_domain_have_one_transit_subnet_and_domains_have_different_ones()
    {
        var intent = With(With(With(HostIntent.Empty, Network("a", "red", "10.1.0.0/24")), Network("b", "blue", "10.1.0.0/24")), Network("c", "red", "10.2.0.0/24"));
        intent.Networks.Values.Select(n => n.Logical!.TransitSubnet).ShouldBe([0, 1, 0]);
    }

    [Fact]
    public void A_host_has_64_domains_and_a_domain_252_containers_that_publish_ports()
    {
        var intent = Enumerable.Range(0, 64).Aggregate(HostIntent.Empty, (all, i) => With(all, Network($"n{i}", $"vrf{i}", "10.1.0.0/24")));
        Should.Throw<PluginException>(() => With(intent, Network("n64", "vrf64", "10.1.0.0/24"))).Message.ShouldBe("option ovn.vrf: \"vrf64\" is not allowed: this host has 64 routing domains already");
        intent = Enumerable.Range(0, 252).Aggregate(intent, (all, i) => With(all, Endpoint($"e{i}", "n0", "10.1.0.5")));
        intent.Endpoints.Values.Select(e => e.TransitPlace).Distinct().Count().ShouldBe(252);
        Should.Throw<PluginException>(() => With(intent, Endpoint("late", "n0", "10.1.0.5"))).Message.ShouldContain("252 containers in domain vrf0");
        With(intent, Endpoint("other", "n1", "10.1.0.5")).Endpoints[new EndpointId("other")].TransitPlace.ShouldBe(3);
    }

    [Fact]
    public void Transit_subnets_and_the_addresses_between_routers_never_overlap() =>
        Prop.ForAll(Gen.Choose(0, 63).Two().ToArbitrary(), pair => new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 }.All(family =>
        {
            var (one, other) = (Transit.Subnet(pair.Item1, family), Transit.Subnet(pair.Item2, family));
            var join = Transit.Join(Transit.LastGatewayPlace, family);
            return AddressPool.Overlap(one, other) == (pair.Item1 == pair.Item2) && Transit.Overlaps(one) && !one.Contains(join.Address)
                && one.Contains(Transit.Address(pair.Item1, 254, family)) && AddressPool.SubnetOf(join.Address, join.PrefixLength).Contains(Transit.Join(1, family).Address);
        })).QuickCheckThrowOnFailure();
}
