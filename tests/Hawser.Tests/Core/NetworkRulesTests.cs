using System.Net;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Plan;

namespace Hawser.Tests.Core;

public sealed class NetworkRulesTests
{
    static NetworkRecord Network(string id, string pool, NetworkOptions options) => new()
    {
        Id = new NetworkId(id),
        Options = options,
        Subnets = [new Subnet(IPNetwork.Parse(pool), null)],
    };

    static readonly HostIntent Known = HostIntent.Empty.With(Network("a", "10.1.0.0/24", new NetworkOptions
    {
        BridgeName = "br0",
        Vlan = 10,
        BindInterface = "eth1",
        Datapath = DatapathChoice.Netdev,
        FailMode = "secure",
        Controllers = ["tcp:192.0.2.1"],
    }));

    static string Refusal(string pool, NetworkOptions options) =>
        Should.Throw<PluginException>(() => NetworkRules.Check(Network("b", pool, options), Known)).Message;

    [Fact]
    public void Subnets_may_overlap_on_another_bridge_or_VLAN_only()
    {
        Refusal("10.1.0.128/25", new() { BridgeName = "br0", Vlan = 10 }).ShouldContain("10.1.0.128/25 overlaps with 10.1.0.0/24");
        NetworkRules.Check(Network("b", "10.1.0.0/24", new() { BridgeName = "br0", Vlan = 11 }), Known);
        NetworkRules.Check(Network("b", "10.1.0.0/24", new() { BridgeName = "br1", Vlan = 10 }), Known);
    }

    [Fact]
    public void Networks_that_share_a_bridge_may_not_contradict_each_other()
    {
        Refusal("10.2.0.0/24", new() { BridgeName = "br0", Datapath = DatapathChoice.System }).ShouldContain("ovs.bridge.datapath");
        Refusal("10.2.0.0/24", new() { BridgeName = "br0", FailMode = "standalone" }).ShouldContain("ovs.bridge.fail_mode");
        Refusal("10.2.0.0/24", new() { BridgeName = "br0", Controllers = ["tcp:192.0.2.2"] }).ShouldContain("ovs.bridge.controller");
        NetworkRules.Check(Network("b", "10.2.0.0/24", new() { BridgeName = "br0", FailMode = "secure" }), Known);
    }

    [Fact]
    public void An_uplink_belongs_to_one_bridge()
    {
        Refusal("10.2.0.0/24", new() { BridgeName = "br1", BindInterface = "eth1" }).ShouldContain("the uplink of bridge br0");
        Refusal("10.2.0.0/24", new() { BindInterface = "eth1" }).ShouldContain("ovs.bridge.bind_interface");
        NetworkRules.Check(Network("b", "10.2.0.0/24", new() { BridgeName = "br0", Vlan = 11, BindInterface = "eth1" }), Known);
        NetworkRules.Check(Network("b", "10.2.0.0/24", new() { BridgeName = "br1", BindInterface = "eth2" }), Known);
    }

    [Fact]
    public void A_network_that_is_being_removed_stands_in_nobodys_way()
    {
        var leaving = Known.With(Known.Networks[new NetworkId("a")] with { IsRemoving = true });
        NetworkRules.Check(Network("b", "10.1.0.0/24", new() { BridgeName = "br1", BindInterface = "eth1" }), leaving);
    }

    [Fact]
    public void A_networks_own_subnets_may_not_overlap()
    {
        var network = Network("b", "10.2.0.0/24", new()) with { Subnets = [new(IPNetwork.Parse("10.2.0.0/24"), null), new(IPNetwork.Parse("10.2.0.0/16"), null)] };
        Should.Throw<PluginException>(() => NetworkRules.Check(network, HostIntent.Empty)).Message.ShouldContain("of the same network");
    }

    [Theory]
    [InlineData(true, 24, null, true)]
    [InlineData(true, 16, null, false)]
    [InlineData(false, 24, null, false)]
    [InlineData(true, 24, true, true)]
    [InlineData(true, 24, false, false)]
    public void A_gateway_address_that_the_link_held_before_any_network_is_somebody_elses(
        bool isHeld, int prefix, bool? ofAnEarlierNetwork, bool expected)
    {
        var gateway = IPAddress.Parse("10.9.0.1");
        var subnet = new Subnet(IPNetwork.Parse("10.9.0.0/24"), gateway);
        var network = Network("b", "10.9.0.0/24", new NetworkOptions { BridgeName = "br0" }) with { Subnets = [subnet] };
        var earlier = network with { Id = new NetworkId("a"), IsRemoving = true };
        earlier = earlier with { Subnets = [subnet with { IsGatewayForeign = ofAnEarlierNetwork == true }] };
        var intent = ofAnEarlierNetwork is null ? HostIntent.Empty : HostIntent.Empty.With(earlier);
        LinkAddress[] held = isHeld ? [new LinkAddress(gateway, prefix)] : [];
        NetworkRules.WithForeignGateways(network, intent, held).Subnets[0].IsGatewayForeign.ShouldBe(expected);
    }
}
