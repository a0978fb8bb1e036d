using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Plan;

namespace Hawser.Tests.Core;

public sealed class FirewallTests
{
    static readonly HostFacts Facts = new() { Instance = new InstanceId("abcd") };

    static NetworkRecord Network(string id, string pool, BridgeMode mode = BridgeMode.Nat, bool isInternal = false) => new()
    {
        Id = new NetworkId(id),
        Options = new NetworkOptions { Mode = mode, BridgeName = "br-" + id },
        IsInternal = isInternal,
        Subnets = [new Subnet(IPNetwork.Parse(pool), new Subnet(IPNetwork.Parse(pool), null).First)],
    };

    static EndpointRecord Endpoint(string id, string network, string address, params ImmutableArray<PublishedPort> ports) => new()
    {
        Id = new EndpointId(id),
        Network = new NetworkId(network),
        Phase = EndpointPhase.Plugged,
        Ports = ports,
        Address = IPAddress.Parse(address) is { AddressFamily: AddressFamily.InterNetwork } v4 ? v4 : null,
        AddressIPv6 = IPAddress.Parse(address) is { AddressFamily: AddressFamily.InterNetworkV6 } v6 ? v6 : null,
    };

    static FirewallPlan Plan(HostIntent intent, AddressFamily family = AddressFamily.InterNetwork) => FirewallPlan.For(intent, Facts, family);

    static ValueArray<string> Rules(FirewallPlan plan, string chain) => plan.Chains.Single(c => c.Name == chain).Rules;

    [Fact]
    public void A_nat_network_is_masqueraded_and_a_routed_one_is_not()
    {
        var intent = HostIntent.Empty.With(Network("a", "10.1.0.0/24")).With(Network("b", "10.2.0.0/24", BridgeMode.Routed));
        Rules(Plan(intent), "HAWSER-SNAT").ShouldContain("-s 10.1.0.0/24 ! -o br-a -j MASQUERADE");
        Rules(Plan(intent), "HAWSER-SNAT").ShouldNotContain("-s 10.2.0.0/24 ! -o br-b -j MASQUERADE");
        Rules(Plan(intent), "HAWSER-FORWARD").ShouldContain("-d 10.2.0.0/24 -o br-b -j ACCEPT");
        Rules(Plan(intent), "HAWSER-OUTBOUND").ShouldContain("-d 10.1.0.0/24 -o br-a -j DROP");
    }

    [Fact]
    public void Dockers_bridges_are_left_to_Docker_and_a_hosts_uplink_with_almost_the_same_name_is_not()
    {
        var facts = Facts with { DockerLookalikes = ["br-ex"] };
        Rules(FirewallPlan.For(HostIntent.Empty.With(Network("a", "10.1.0.0/24")), facts, AddressFamily.InterNetwork), "HAWSER-OUTBOUND").Skip(1)
            .ShouldBe(["-o br-ex -j ACCEPT", "-o docker+ -j RETURN", "-o br-+ -j RETURN", "-j ACCEPT"]);
        new[] { "br-ex", "br-0123456789ab", "br-0123456789AB", "br-0123456789abc", "eth0" }.Where(Names.LooksLikeDockersBridge).ShouldBe(["br-ex", "br-0123456789AB", "br-0123456789abc"]);
    }

    [Fact]
    public void Nobody_gets_into_a_nat_network_by_its_addresses_whatever_the_policy_of_FORWARD_is()
    {
        var intent = HostIntent.Empty.With(Network("a", "10.1.0.0/24")).With(Network("b", "10.2.0.0/24", BridgeMode.Routed));
        Rules(Plan(intent), "HAWSER-PROTECT").ShouldBe(
            ["-d 10.1.0.0/24 ! -i br-a -o br-a -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP"]);
        Plan(intent).Jumps.ShouldContain(new FirewallJump("mangle", "FORWARD", "-j HAWSER-PROTECT"));
    }

    [Fact]
    public void Only_the_host_itself_is_led_to_a_port_that_is_published_on_127_0_0_1()
    {
        static IEnumerable<string> Jumps(string pool, AddressFamily family) =>
            Plan(HostIntent.Empty.With(Network("a", pool)), family).Jumps
                .Where(j => j.Rule.EndsWith("-j HAWSER-DNAT", StringComparison.Ordinal)).Select(j => $"{j.Chain} {j.Rule}");
        Jumps("10.1.0.0/24", AddressFamily.InterNetwork).ShouldBe(
            ["PREROUTING ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j HAWSER-DNAT", "OUTPUT -m addrtype --dst-type LOCAL -j HAWSER-DNAT"]);
        // The kernel drops what comes to ::1 from a link before any rule sees it.
        Jumps("fd00:1::/64", AddressFamily.InterNetworkV6).ShouldBe(
            ["PREROUTING -m addrtype --dst-type LOCAL -j HAWSER-DNAT", "OUTPUT -m addrtype --dst-type LOCAL -j HAWSER-DNAT"]);
    }

    [Fact]
    public void Flat_and_internal_networks_need_no_rules() =>
        Plan(HostIntent.Empty.With(Network("a", "10.1.0.0/24", BridgeMode.Flat)).With(Network("b", "10.2.0.0/24", isInternal: true))).IsEmpty.ShouldBeTrue();

    [Fact]
    public void A_port_on_one_address_goes_before_the_same_port_on_all()
    {
        var intent = HostIntent.Empty.With(Network("a", "10.1.0.0/24"))
            .With(Endpoint("1", "a", "10.1.0.2", new PublishedPort(6, null, 80, 8080)))
            .With(Endpoint("2", "a", "10.1.0.3", new PublishedPort(6, IPAddress.Parse("192.0.2.1"), 80, 8080), new PublishedPort(132, null, 7, 7)));
        Rules(Plan(intent), "HAWSER-DNAT").ShouldBe(
        [
            "-d 192.0.2.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.1.0.3:8080",
            "-p tcp -m tcp --dport 80 -j DNAT --to-destination 10.1.0.2:8080",
            "-p sctp -m sctp --dport 7 -j DNAT --to-destination 10.1.0.3:7",
        ]);
    }

    [Fact]
    public void An_IPv6_target_is_written_in_brackets()
    {
        var intent = HostIntent.Empty.With(Network("a", "fd00:1::/64")).With(Endpoint("1", "a", "fd00:1::5", new PublishedPort(17, null, 53, 53)));
        Rules(Plan(intent, AddressFamily.InterNetworkV6), "HAWSER-DNAT").ShouldBe(["-p udp -m udp --dport 53 -j DNAT --to-destination [fd00:1::5]:53"]);
        Plan(intent).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_change_from_any_plan_to_any_other_leads_to_that_other()
    {
        var random = new Random(20261120);
        for (var i = 0; i < 300; i++)
        {
            var (from, to) = (Plan(Some(random)), Plan(Some(random)));
            var kernel = new RuleSet();
            kernel.Restore(FirewallChange.Whole(from, kernel.Found));
            kernel.Found.Holds(from).ShouldBeTrue();
            kernel.Restore(FirewallChange.Between(from, to));
            foreach (var chain in to.Chains) kernel.Rules(chain.Table, chain.Name).ShouldBe(chain.Rules);
            kernel.Restore(FirewallChange.Whole(FirewallPlan.Nothing, kernel.Found));
            kernel.Found.Holds(FirewallPlan.Nothing).ShouldBeTrue();
        }
    }

    [Fact]
    public void A_flushed_chain_and_a_lost_jump_are_seen()
    {
        var plan = Plan(HostIntent.Empty.With(Network("a", "10.1.0.0/24")));
        var kernel = new RuleSet();
        kernel.Restore(FirewallChange.Whole(plan, kernel.Found));
        kernel.Restore("*nat\n:HAWSER-SNAT - [0:0]\nCOMMIT\n*filter\n-D FORWARD -j HAWSER-FORWARD\nCOMMIT\n");
        kernel.Found.Holds(plan).ShouldBeFalse();
        kernel.Found.Differences(plan).Count().ShouldBe(2);
    }

    static HostIntent Some(Random random)
    {
        var intent = HostIntent.Empty.With(Network("a", "10.1.0.0/24")).With(Network("b", "10.2.0.0/24", (BridgeMode)random.Next(2)));
        for (var i = 0; i < random.Next(6); i++)
            intent = intent.With(Endpoint($"{random.Next(9)}", "a", $"10.1.0.{random.Next(2, 9)}", new PublishedPort(6, random.Next(2) == 0 ? null : IPAddress.Loopback, random.Next(1, 20), 80)));
        return intent;
    }

    /// <summary>What iptables-restore does with the lines that Hawser writes.</summary>
    sealed class RuleSet
    {
        readonly SortedDictionary<(string Table, string Chain), List<string>> _chains = [];

        public List<string> Rules(string table, string chain) => _chains[(table, chain)];

        public FirewallFound Found => FirewallFound.Parse(string.Join('\n', _chains.GroupBy(c => c.Key.Table).SelectMany(table =>
            (string[])[$"*{table.Key}", .. table.Select(c => $":{c.Key.Chain} - [0:0]"), .. table.SelectMany(c => c.Value.Select(r => $"-A {c.Key.Chain} {r}")), "COMMIT"])));

        public void Restore(string batch)
        {
            var table = "";
            foreach (var line in batch.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var words = line.Split(' ', 3);
                if (line[0] == '*') table = line[1..];
                else if (line[0] == ':') _chains[(table, words[0][1..])] = [];
                else if (words[0] == "-A") _chains[(table, words[1])].Add(words[2]);
                else if (words[0] == "-I") BuiltIn(table, words[1]).Insert(0, words[2]);
                else if (words[0] == "-D") BuiltIn(table, words[1]).Remove(words[2]).ShouldBeTrue(line);
                else if (words[0] == "-X") _chains.Remove((table, words[1])).ShouldBeTrue(line);
            }
        }

        List<string> BuiltIn(string table, string chain)
        {
            if (!_chains.TryGetValue((table, chain), out var rules)) _chains[(table, chain)] = rules = [];
            return rules;
        }
    }
}
