using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>A mistake is refused with a sentence, and leaves nothing; the leak check after each test sees to that.</summary>
[Collection(Collections.Main)]
public sealed class BadInputTests(MainHost host) : LabTest(host)
{
    [Fact]
    public async Task An_unknown_option_is_refused_and_the_known_ones_are_listed()
    {
        var output = await RefusedAsync("-o ovs.bridge.nmae=x");
        output.ShouldContain("ovs.bridge.nmae");
        output.ShouldContain("ovs.bridge.name");
        output.ShouldContain("ovs.bridge.mode");
    }

    [Theory]
    [InlineData("ovs.bridge.mode", "brigde", "flat")]
    [InlineData("ovs.bridge.vlan", "1O0", "4094")]
    [InlineData("ovs.bridge.vlan", "4095", "4094")]
    [InlineData("ovs.bridge.mtu", "12", "68")]
    [InlineData("ovs.bridge.datapath", "dpdk", "netdev")]
    [InlineData("ovs.bridge.name", "a-name-that-is-too-long", "15")]
    [InlineData("ovs.bridge.name", "a/b", "a/b")]
    [InlineData("ovs.bridge.fail_mode", "open", "secure")]
    [InlineData("ovs.bridge.bind_interface_force", "perhaps", "true")]
    public async Task A_wrong_value_is_refused_with_option_value_and_what_is_allowed(string option, string value, string allowed)
    {
        var output = await RefusedAsync($"-o {option}={value}");
        output.ShouldContain(option);
        output.ShouldContain(value);
        output.ShouldContain(allowed);
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        var output = await RefusedAsync("-o ovs.bridge.vlan=x -o ovs.bridge.mtu=y");
        output.ShouldContain("ovs.bridge.vlan");
        output.ShouldContain("ovs.bridge.mtu");
    }

    [Fact]
    public async Task An_interface_that_is_not_there_is_refused()
    {
        var output = await RefusedAsync("-o ovs.bridge.mode=flat -o ovs.bridge.bind_interface=phy9");
        output.ShouldContain("phy9");
    }

    [Fact]
    public async Task A_host_side_that_is_taken_is_refused()
    {
        await CreateNetworkAsync("--subnet 10.58.0.0/24 -o ovs.bridge.name=br-one", "net1");
        (await Host.TryDockerAsync("network create -d ovs --subnet 10.58.0.0/25 -o ovs.bridge.name=br-one net2")).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task The_refused_name_is_free_for_the_next_attempt()
    {
        await RefusedAsync("-o ovs.bridge.vlan=x");
        await CreateNetworkAsync("");
    }

    async Task<string> RefusedAsync(string options)
    {
        var result = await Host.TryDockerAsync($"network create -d ovs {options} net1");
        result.Succeeded.ShouldBeFalse(result.ToString());
        return result.Output;
    }
}
