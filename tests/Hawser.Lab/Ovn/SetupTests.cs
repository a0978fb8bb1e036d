using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>A host that is not set up for OVN, and how it becomes one that is.</summary>
[Collection(Collections.Main)]
public sealed class SetupTests(MainHost host) : LabTest(host)
{
    public override async Task DisposeAsync()
    {
        await Host.RunAsync("for key in ovn-nb ovn-remote ovn-encap-ip ovn-encap-type ovn-bridge-datapath-type; do ovs-vsctl remove Open_vSwitch . external_ids $key; done");
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Without_OVN_the_driver_says_what_to_set_and_ovs_is_not_disturbed()
    {
        foreach (var driver in new[] { "-d ovn", "-d bridge --ipam-driver ovn" })
        {
            var refused = await Host.TryDockerAsync($"network create {driver} --subnet 10.85.0.0/24 net1");
            refused.Succeeded.ShouldBeFalse();
            refused.Output.ShouldContain("this host is not set up for OVN: external_ids:ovn-nb of table Open_vSwitch is not set; `hawser ovn setup --central IP --encap-ip IP` sets it");
        }
        await CreateNetworkAsync("");
        await WebAsync("--network net1");
        (await (await SleepAsync("--network net1")).FetchAsync("http://web")).ShouldBe("web");
    }

    [Theory]
    [InlineData("ssl:127.0.0.1:6641", "ssl:127.0.0.1:6641 needs keys")]
    [InlineData("127.0.0.1", "external_ids:ovn-nb of table Open_vSwitch is not understood")]
    [InlineData("tcp:127.0.0.1:6641", "OVN's northbound database at tcp:127.0.0.1:6641 is not reachable")]
    public async Task A_wrong_setting_is_named_and_hawser_goes_on(string northbound, string sentence)
    {
        await Host.RunAsync($"ovs-vsctl set Open_vSwitch . 'external_ids:ovn-nb=\"{northbound}\"'");
        var refused = await Host.TryDockerAsync("network create -d ovn --subnet 10.85.0.0/24 net1");
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain(sentence);
        await Host.RunAsync("ovs-vsctl remove Open_vSwitch . external_ids ovn-nb");
        await CreateNetworkAsync("");
    }

    [Fact]
    public async Task Status_says_what_is_missing()
    {
        var status = await Host.TryRunAsync("hawser ovn status");
        status.ExitCode.ShouldBe(1);
        foreach (var key in new[] { "ovn-nb", "ovn-remote", "ovn-encap-ip", "ovn-encap-type" }) status.Output.ShouldContain($"external_ids:{key} of table Open_vSwitch is not set");
        status.Output.ShouldContain("integration bridge br-int does not exist");
    }

    [Fact]
    public async Task Setup_sets_what_OVNs_tools_read_and_status_says_who_does_not_answer()
    {
        foreach (var (option, type) in new[] { ("--encap-type stt", "stt"), ("--encap-type vxlan", "vxlan"), ("", "geneve") })
        {
            await Host.HawserAsync($"ovn setup --central 127.0.0.1 --encap-ip {Host.Address} {option}");
            (await OvsAsync("get Open_vSwitch . external_ids:ovn-nb external_ids:ovn-remote external_ids:ovn-encap-ip external_ids:ovn-encap-type"))
                .ShouldBe($"\"tcp:127.0.0.1:6641\"\n\"tcp:127.0.0.1:6642\"\n\"{Host.Address}\"\n{type}");
        }
        var status = await Host.TryRunAsync("hawser ovn status");
        status.ExitCode.ShouldBe(1);
        status.Output.ShouldContain("OVN's northbound database at tcp:127.0.0.1:6641 is not reachable");
        status.Output.ShouldContain("OVN's southbound database at tcp:127.0.0.1:6642 is not reachable");
    }

    [Theory]
    [InlineData("--central 10.0.0.300 --encap-ip 127.0.0.1", 2, "--central \"10.0.0.300\" is not allowed")]
    [InlineData("--central 127.0.0.1 --encap-ip 192.0.2.77", 1, "--encap-ip \"192.0.2.77\" is not allowed: no link of this host has that address")]
    [InlineData("--central 127.0.0.1 --encap-ip 127.0.0.1 --encap-type gre", 2, "gre")]
    [InlineData("--encap-ip 127.0.0.1", 2, "--central")]
    public async Task A_wrong_argument_is_refused(string arguments, int code, string sentence)
    {
        var refused = await Host.TryRunAsync("hawser ovn setup " + arguments);
        refused.ExitCode.ShouldBe(code);
        refused.Output.ShouldContain(sentence);
    }
}
