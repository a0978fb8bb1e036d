using Hawser.Core;
using Hawser.Core.Options;

namespace Hawser.Tests.Core;

public sealed class NetworkOptionsTests
{
    static NetworkOptions Parse(params (string Key, string Value)[] options) =>
        NetworkOptionsParser.Parse(options.ToDictionary(o => o.Key, o => o.Value), BridgeMode.Nat);

    [Fact]
    public void Nothing_said_is_nat_on_a_bridge_of_its_own() =>
        Parse().ShouldBe(new NetworkOptions { Mode = BridgeMode.Nat });

    [Fact]
    public void Every_option_is_read()
    {
        var options = Parse(
            ("ovs.bridge.mode", "flat"), ("ovs.bridge.name", "br0"), ("ovs.bridge.mtu", "9000"), ("ovs.bridge.bind_interface", "eth1"),
            ("ovs.bridge.bind_interface_force", "true"), ("ovs.bridge.vlan", "42"), ("ovs.bridge.userspace", "true"),
            ("ovs.bridge.controller", "tcp:127.0.0.1:6653,ssl:[::1]:6653"), ("ovs.bridge.dpid", "0x1A"), ("ovs.bridge.fail_mode", "secure"),
            ("ovs.bridge.protocols", "OpenFlow10,openflow13"), ("ovs.bridge.ovs_local_mac", "0E-00-00-00-00-01"));

        MacAddress.TryParse("0e:00:00:00:00:01", out var mac).ShouldBeTrue();
        options.ShouldBe(new NetworkOptions
        {
            Mode = BridgeMode.Flat,
            BridgeName = "br0",
            Mtu = 9000,
            BindInterface = "eth1",
            BindInterfaceForce = true,
            Vlan = 42,
            Datapath = DatapathChoice.Netdev,
            Controllers = ["tcp:127.0.0.1:6653", "ssl:[::1]:6653"],
            DatapathId = "000000000000001a",
            FailMode = "secure",
            Protocols = ["OpenFlow10", "OpenFlow13"],
            LocalMac = mac,
        });
    }

    [Fact]
    public void The_names_of_docker_ovs_plugin_mean_the_same() =>
        Parse(("net.gopher.ovs.bridge.name", "br1"), ("net.gopher.ovs.bridge.mode", "flat"), ("net.gopher.ovs.bridge.mtu", "1400"), ("net.gopher.ovs.bridge.bind_interface", "eth2"))
            .ShouldBe(Parse(("ovs.bridge.name", "br1"), ("ovs.bridge.mode", "flat"), ("ovs.bridge.mtu", "1400"), ("ovs.bridge.bind_interface", "eth2")));

    [Theory]
    [InlineData("com.docker.network.bridge.gateway_mode_ipv4")]
    [InlineData("com.docker.network.bridge.gateway_mode_ipv6")]
    [InlineData("com.docker.network.bridge.trusted_host_interfaces")]
    [InlineData("COM.docker.network.bridge.Name")]
    [InlineData("com.docker.network.host_ipv4")]
    public void An_option_of_Dockers_own_driver_is_refused_and_says_what_is_meant_here(string option)
    {
        var refused = $"option {option} is one of Docker's driver bridge and does nothing here: use ";
        Should.Throw<PluginException>(() => Parse((option, "x"))).Message.ShouldBe(refused + "ovs.bridge.mode and ovs.bridge.name, or -d bridge");
        Should.Throw<PluginException>(() => LogicalNetworkOptionsParser.Parse([new(option, "x")]))
            .Message.ShouldBe(refused + "ovn.vrf and ovn.switch, or -d bridge");
    }

    [Theory]
    [InlineData("ovs.bridge.mode", "bridge", "nat, routed, flat")]
    [InlineData("ovs.bridge.name", "a-name-that-is-too-long", "1 to 15")]
    [InlineData("ovs.bridge.name", "a/b", "'/'")]
    [InlineData("ovs.bridge.mtu", "67", "68 to 65535")]
    [InlineData("com.docker.network.driver.mtu", "x", "68 to 65535")]
    [InlineData("ovs.bridge.vlan", "1O0", "1 to 4094")]
    [InlineData("ovs.bridge.vlan", "4095", "1 to 4094")]
    [InlineData("ovs.bridge.datapath", "dpdk", "system, netdev")]
    [InlineData("ovs.bridge.bind_interface_force", "maybe", "true or false")]
    [InlineData("ovs.bridge.controller", "127.0.0.1", "tcp:")]
    [InlineData("ovs.bridge.dpid", "0x0", "not all zero")]
    [InlineData("ovs.bridge.fail_mode", "open", "standalone, secure")]
    [InlineData("ovs.bridge.protocols", "OpenFlow99", "OpenFlow13")]
    [InlineData("ovs.bridge.ovs_local_mac", "01:00:00:00:00:01", "unicast")]
    public void A_wrong_value_is_refused_with_the_option_the_value_and_what_is_allowed(string option, string value, string allowed)
    {
        var refusal = Should.Throw<PluginException>(() => Parse((option, value))).Message;
        refusal.ShouldContain(option);
        refusal.ShouldContain($"\"{value}\"");
        refusal.ShouldContain(allowed);
    }

    [Fact]
    public void An_unknown_option_is_refused_with_the_known_ones()
    {
        var refusal = Should.Throw<PluginException>(() => Parse(("ovs.bridge.vlna", "7"))).Message;
        refusal.ShouldContain("ovs.bridge.vlna");
        NetworkOptionsParser.Known.ShouldAllBe(known => refusal.Contains(known));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var refusal = Should.Throw<PluginException>(() => Parse(("ovs.bridge.vlan", "0"), ("ovs.bridge.mtu", "1"), ("ovs.nonsense", ""))).Message;
        refusal.ShouldContain("ovs.bridge.vlan");
        refusal.ShouldContain("ovs.bridge.mtu");
        refusal.ShouldContain("ovs.nonsense");
    }

    [Fact]
    public void Options_of_others_are_left_to_them() => Parse(("com.example.color", "blue")).ShouldBe(Parse());

    [Fact]
    public void An_attachments_options_are_read_in_any_case_and_checked()
    {
        var options = EndpointOptionsParser.Parse(new Dictionary<string, string> { ["OVS.Port.VLAN"] = "9", ["ovs.port.trunks"] = "30,31", ["ovs.port.ingress_rate"] = "1000", ["ovs.port.mac_prefix"] = "0e:00:01" });
        options.ShouldBe(new EndpointOptions { Vlan = 9, Trunks = [30, 31], IngressRate = 1000, MacPrefix = "0e:00:01" });
        Should.Throw<PluginException>(() => EndpointOptionsParser.Parse(new Dictionary<string, string> { ["ovs.port.trunks"] = "30,x" })).Message.ShouldContain("ovs.port.trunks");
        Should.Throw<PluginException>(() => EndpointOptionsParser.Parse(new Dictionary<string, string> { ["ovs.port.vlna"] = "3" })).Message.ShouldContain("ovs.port.vlan");
    }
}
