using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Plan;

namespace Hawser.Tests.Core;

/// <summary>Attachments: what a command line asks for, and what must exist for it.</summary>
public sealed class AttachmentTests
{
    static readonly HostFacts Facts = new() { Instance = new InstanceId("abcd") };

    static AttachmentOptions Parse(params (string Name, string Value)[] options) =>
        AttachmentOptionsParser.Parse(options.Prepend(("--name", "eth1")).ToDictionary(o => o.Item1, o => o.Item2), isTemporary: false);

    static string Refusal(params (string Name, string Value)[] options) => Should.Throw<PluginException>(() => Parse(options)).Message;

    static AttachmentRecord Attachment(AttachmentOptions options, string? sandbox = "/run/docker/netns/0123") => new()
    {
        Id = AttachmentId.Of("3f2a9c0d1e2f3a4b", "eth1"),
        ContainerId = "3f2a9c0d1e2f3a4b",
        Container = "web",
        Bridge = "br0",
        Options = options,
        Mac = MacAddress.For(options.Addresses[0].Address, []),
        Sandbox = sandbox,
    };

    static string Plan(AttachmentRecord attachment, HostFacts? facts = null) =>
        Golden.Text(Planner.Plan(attachment.Unit, HostIntent.Empty.With(attachment), facts ?? Facts, NorthboundView.Empty));

    static string Bridge(HostIntent intent, HostFacts? facts = null) => Golden.Text(Planner.Plan(UnitId.Bridge("br0"), intent, facts ?? Facts, NorthboundView.Empty));

    [Fact]
    public void All_that_a_command_line_says_is_read()
    {
        var options = Parse(
            ("--ip", "10.70.0.1/24,fd00:70::1/64"), ("--gateway", "10.70.0.254,fe80::1"), ("--route", "10.8.0.0/16=10.70.0.253"),
            ("--vlan", "10"), ("--trunks", "20,30"), ("--mac", "02:42:aa:bb:cc:dd"), ("--mtu", "1400"), ("ovs.port.ingress_rate", "5000"));

        string.Join(' ', options.Addresses).ShouldBe("10.70.0.1/24 fd00:70::1/64");
        string.Join(' ', options.Gateways).ShouldBe("10.70.0.254 fe80::1");
        options.Routes.ShouldHaveSingleItem().ToString().ShouldBe("10.8.0.0/16=10.70.0.253");
        (options.Port.Vlan, options.Port.IngressRate, options.Mtu, options.Mac.ToString()).ShouldBe((10, 5000, 1400, "02:42:aa:bb:cc:dd"));
        options.Port.Trunks.ShouldBe([20, 30]);
    }

    [Theory]
    [InlineData("--name", "a name that is long", "option --name: \"a name that is long\" is not allowed: 1 to 15")]
    [InlineData("--ip", "10.70.0.1", "option --ip: \"10.70.0.1\" is not allowed: an address with the length of its prefix")]
    [InlineData("--ip", "10.70.0.1/33", "option --ip: \"10.70.0.1/33\" is not allowed")]
    [InlineData("--gateway", "10.70.0.254", "option --gateway: \"10.70.0.254\" is not allowed: an address in the subnet of an --ip")]
    [InlineData("--route", "10.8.0.0/16", "option --route: \"10.8.0.0/16\" is not allowed: SUBNET=ROUTER")]
    [InlineData("--mac", "01:00:5e:00:00:01", "option --mac: \"01:00:5e:00:00:01\" is not allowed: a unicast MAC address")]
    [InlineData("--mtu", "67", "option --mtu: \"67\" is not allowed: a whole number from 68 to 65535")]
    [InlineData("--vlan", "4095", "option ovs.port.vlan: \"4095\" is not allowed: a whole number from 1 to 4094")]
    [InlineData("ovs.port.ifprefix", "eth", "unknown option ovs.port.ifprefix: known are ovs.port.vlan, ovs.port.trunks")]
    public void What_is_not_allowed_is_named_with_what_is(string name, string value, string sentence) =>
        Should.Throw<PluginException>(() => AttachmentOptionsParser.Parse(
            new Dictionary<string, string> { ["--name"] = "eth1", [name] = value }, isTemporary: false)).Message.ShouldContain(sentence);

    [Fact]
    public void What_contradicts_itself_is_refused()
    {
        Refusal(("--ip", "10.70.0.1/24"), ("--gateway", "10.70.0.2,10.70.0.3")).ShouldContain("one for IPv4 and one for IPv6");
        Refusal(("--ip", "fd00::1/64"), ("--mtu", "1000")).ShouldContain("at least 1280 with an IPv6 address");
        Refusal(("--ip", "10.70.0.1/24,10.70.0.1/24")).ShouldContain("each address once");
        Refusal(("--vlan", "10"), ("ovs.port.vlan", "20")).ShouldContain("option --vlan is not allowed beside ovs.port.vlan");
        Should.Throw<PluginException>(() => AttachmentOptionsParser.Parse(new Dictionary<string, string>(), false)).Message.ShouldContain("option --name is missing");
    }

    [Fact]
    public void An_attachment_is_a_port_a_link_in_its_container_and_where_that_leads()
    {
        var options = Parse(("--ip", "10.70.0.1/24"), ("--gateway", "10.70.0.254"), ("--route", "10.8.0.0/16=10.70.0.253"), ("--vlan", "10"));
        Plan(Attachment(options)).ShouldBe(Golden.Attachment);
    }

    [Fact]
    public void While_its_container_does_not_run_it_needs_nothing_but_the_bridge_stays()
    {
        var stopped = Attachment(Parse(("--ip", "10.70.0.1/24")), sandbox: null);
        Plan(stopped).ShouldBe("");
        Bridge(HostIntent.Empty.With(stopped)).ShouldStartWith("Open_vSwitch bridges:\n  Bridge br0 datapath_type=netdev");
        Bridge(HostIntent.Empty.With(stopped with { IsRemoving = true })).ShouldBe("nothing\n");
        Planner.Units(HostIntent.Empty.With(stopped)).ShouldBe([UnitId.Bridge("br0"), stopped.Unit]);
    }

    [Fact]
    public void A_bridge_of_others_is_used_as_it_is()
    {
        var theirs = Facts with { ForeignBridges = new ValueDictionary<string>().Add("br0", "system") };
        var attachment = Attachment(Parse(("--ip", "10.70.0.1/24")));
        Bridge(HostIntent.Empty.With(attachment), theirs).ShouldBe("");
        Plan(attachment, theirs).ShouldNotContain("checksums in software");
    }

    [Fact]
    public void Each_namespace_of_a_container_has_a_host_end_of_its_own()
    {
        var attachment = Attachment(Parse(("--ip", "10.70.0.1/24")));
        attachment.HostEnd!.Length.ShouldBe(Names.LinkLength);
        attachment.HostEnd.ShouldNotBe((attachment with { Sandbox = "/run/docker/netns/4567" }).HostEnd);
        attachment.HostEnd.ShouldNotBe((attachment with { CreatedAt = DateTimeOffset.UnixEpoch }).HostEnd, "an attempt that failed is still being cleared up");
        Names.IsHostEnd(attachment.HostEnd, attachment.Unit).ShouldBeTrue();
        UnitId.Parse(attachment.Unit.Value).ShouldBe(attachment.Unit);
    }
}
