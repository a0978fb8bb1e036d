using System.Net;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Plan;
using Hawser.Core.Tables;

namespace Hawser.Tests.Core;

/// <summary>An option of an endpoint that cannot act where the endpoint lives is refused.</summary>
public sealed class EndpointRulesTests
{
    const string Userspace = "netdev";
    const string Kernel = "system";

    [Theory]
    [InlineData(DatapathChoice.Netdev)]
    [InlineData(DatapathChoice.Auto)]
    public void A_rate_is_refused_on_the_userspace_datapath_with_option_value_and_what_is_allowed(DatapathChoice datapath)
    {
        var facts = Facts("br-other", Kernel) with { HasKernelDatapath = datapath == DatapathChoice.Netdev };
        Refusal(Bridged(datapath), Rate(20000), facts).ShouldBe(
            "option ovs.port.ingress_rate: \"20000\" is not allowed: bridge br0 is on the userspace datapath (netdev), "
            + "where Open vSwitch cannot limit what a container sends; it works on bridges of the kernel datapath (system)");
    }

    [Fact]
    public void A_rate_is_allowed_on_the_kernel_datapath() =>
        Check(Bridged(DatapathChoice.Auto), Rate(20000), Facts("br-other", Userspace) with { HasKernelDatapath = true });

    [Fact]
    public void No_rate_at_all_is_allowed_everywhere() => Check(Bridged(DatapathChoice.Netdev), Rate(0), Facts("br-other", Kernel));

    [Theory]
    [InlineData("br0", Userspace, false)]
    [InlineData("br0", Kernel, true)]
    public void Of_a_bridge_that_existed_before_its_own_datapath_decides(string bridge, string datapath, bool isAllowed)
    {
        var facts = Facts(bridge, datapath) with { HasKernelDatapath = true };
        if (isAllowed) Check(Bridged(DatapathChoice.Auto), Rate(20000), facts);
        else Refusal(Bridged(DatapathChoice.Auto), Rate(20000), facts).ShouldContain("bridge br0 is on the userspace datapath");
    }

    [Fact]
    public void On_a_logical_switch_the_datapath_of_the_integration_bridge_decides()
    {
        Refusal(Logical(), Rate(20000), Facts("br-int", Userspace)).ShouldContain("bridge br-int is on the userspace datapath");
        Check(Logical(), Rate(20000), Facts("br-int", Kernel));
    }

    [Fact]
    public void VLANs_are_refused_on_a_logical_switch_nested_or_not()
    {
        foreach (var network in new[] { Logical(), Nested() })
        {
            Refusal(network, new EndpointOptions { Vlan = 20 }, Facts("br-int", Kernel)).ShouldBe(
                "option ovs.port.vlan: \"20\" is not allowed: network a is logical switch office of OVN, "
                + "which has no VLANs for containers; it works on networks of the driver ovs");
            Refusal(network, new EndpointOptions { Trunks = [30, 31] }, Facts("br-int", Kernel))
                .ShouldStartWith("option ovs.port.trunks: \"30,31\" is not allowed");
        }
    }

    [Fact]
    public void VLANs_are_allowed_on_a_bridge() =>
        Check(Bridged(DatapathChoice.Auto), new EndpointOptions { Vlan = 20, Trunks = [30, 31] }, Facts("br-other", Kernel));

    [Fact]
    public void A_nested_port_keeps_the_VLAN_that_it_was_given()
    {
        var intent = HostIntent.Empty.With(Nested());
        var endpoint = NestedPorts.Assign(Endpoint(new()), intent);
        endpoint.NestedVlan.ShouldBe(1);
        EndpointRules.Check(endpoint, Nested(), intent, Facts("breth0", Userspace));
    }

    static string Refusal(NetworkRecord network, EndpointOptions options, HostFacts facts) =>
        Should.Throw<PluginException>(() => Check(network, options, facts)).Message;

    static void Check(NetworkRecord network, EndpointOptions options, HostFacts facts) =>
        EndpointRules.Check(Endpoint(options), network, HostIntent.Empty.With(network), facts);

    static EndpointOptions Rate(int rate) => new() { IngressRate = rate };

    static EndpointRecord Endpoint(EndpointOptions options) => new()
    {
        Id = new EndpointId("e1"),
        Network = new NetworkId("a"),
        Address = IPAddress.Parse("10.1.0.2"),
        Options = options,
    };

    static NetworkRecord Bridged(DatapathChoice datapath) => Network(new NetworkOptions { BridgeName = "br0", Datapath = datapath });

    static NetworkRecord Logical() =>
        Network(new NetworkOptions { Mode = BridgeMode.Flat }) with { Logical = new LogicalSwitch("office", PortSecurity: true) };

    static NetworkRecord Nested() => Network(new NetworkOptions { Mode = BridgeMode.Flat, BridgeName = "breth0" }) with
    {
        Logical = new LogicalSwitch("office", PortSecurity: true) { Parent = "vm1" },
    };

    static NetworkRecord Network(NetworkOptions options) => new()
    {
        Id = new NetworkId("a"),
        Options = options,
        Subnets = [new Subnet(IPNetwork.Parse("10.1.0.0/24"), null)],
    };

    static HostFacts Facts(string foreignBridge, string datapath) => new()
    {
        Instance = new InstanceId("abcd"),
        Ovn = new OvnSettings { Chassis = "host1" },
        ForeignBridges = new ValueDictionary<string>().Add(foreignBridge, datapath),
    };
}
