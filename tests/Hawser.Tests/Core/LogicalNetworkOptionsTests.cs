using Hawser.Core;
using Hawser.Core.Options;

namespace Hawser.Tests.Core;

public sealed class LogicalNetworkOptionsTests
{
    static LogicalNetworkOptions Parse(params (string Key, string Value)[] options) =>
        LogicalNetworkOptionsParser.Parse(options.ToDictionary(o => o.Key, o => o.Value));

    [Fact]
    public void Nothing_said_is_a_derived_switch_with_port_security() =>
        Parse().ShouldBe(new LogicalNetworkOptions { PortSecurity = true, InterfacePrefix = "eth" });

    [Fact]
    public void Every_option_is_read() =>
        Parse(("ovn.switch", "office"), ("ovn.vrf", "red"), ("OVN.MTU", "1400"), ("ovn.port_security", "false"), ("com.docker.network.container_iface_prefix", "lan"))
            .ShouldBe(new LogicalNetworkOptions { Switch = "office", Vrf = "red", Mtu = 1400, PortSecurity = false, InterfacePrefix = "lan" });

    [Fact]
    public void The_plain_name_of_docker_ovn_driver_names_the_domain_too() => Parse(("vrf", "red")).Vrf.ShouldBe("red");

    [Fact]
    public void A_nested_network_names_its_port_and_its_bridge_and_no_domain()
    {
        var parsed = Parse(("ovn.parent", "vm1"), ("ovn.bridge", "breth0"));
        (parsed.Parent, parsed.Bridge).ShouldBe(("vm1", "breth0"));
        Should.Throw<PluginException>(() => Parse(("ovn.bridge", "breth0"))).Message.ShouldStartWith("ovn.parent and ovn.bridge go together");
        Should.Throw<PluginException>(() => Parse(("ovn.parent", "vm1"), ("ovn.bridge", "breth0"), ("ovn.vrf", "red"))).Message.ShouldStartWith("ovn.parent is not allowed with ovn.vrf");
    }

    [Fact]
    public void Names_can_be_answered_for_at_the_gateway() => Parse(("ovn.dns", "true")).Dns.ShouldBeTrue();

    [Fact]
    public void Sha256_stands_for_a_name_that_is_computed()
    {
        var parsed = Parse(("ovn.switch", "SHA256"));
        parsed.HasHashedName.ShouldBeTrue();
        parsed.Switch.ShouldBeNull();
    }

    [Theory]
    [InlineData("ovn.switch", "two words", "1 to 128 printable characters")]
    [InlineData("ovn.switch", "", "1 to 128 printable characters")]
    [InlineData("ovn.vrf", "re:d", "1 to 64 letters, digits, '_', '-' and '.'")]
    [InlineData("vrf", "", "1 to 64 letters, digits, '_', '-' and '.'")]
    [InlineData("ovn.mtu", "1O00", "68 to 65535")]
    [InlineData("ovn.dns", "10.9.0.1", "true or false")]
    [InlineData("ovn.port_security", "maybe", "true or false")]
    public void A_wrong_value_is_refused_with_the_option_the_value_and_what_is_allowed(string option, string value, string allowed)
    {
        var refusal = Should.Throw<PluginException>(() => Parse((option, value))).Message;
        refusal.ShouldContain($"option {option}: \"{value}\" is not allowed");
        refusal.ShouldContain(allowed);
    }

    [Fact]
    public void An_unknown_option_is_refused_with_the_known_ones() =>
        Should.Throw<PluginException>(() => Parse(("ovn.swich", "office"))).Message.ShouldBe($"unknown option ovn.swich: known are {string.Join(", ", LogicalNetworkOptionsParser.Known)}");

    [Fact]
    public void An_option_of_the_other_driver_is_refused()
    {
        Should.Throw<PluginException>(() => Parse(("ovs.bridge.name", "br0"))).Message.ShouldBe("option ovs.bridge.name belongs to another driver");
        Should.Throw<PluginException>(() => NetworkOptionsParser.Parse([new("ovn.switch", "office")], BridgeMode.Nat)).Message.ShouldBe("option ovn.switch belongs to another driver");
    }
}
