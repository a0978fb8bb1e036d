using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>The userspace datapath; that of the kernel has a suite of its own, lab/suites/kernel.</summary>
[Collection(Collections.Main)]
[Trait("DependsOn", "versions")]
public sealed class DatapathTests(MainHost host) : LabTest(host)
{
    [Theory]
    [InlineData("-o ovs.bridge.datapath=netdev")]
    [InlineData("-o ovs.bridge.userspace=true")]
    public async Task The_userspace_datapath_can_be_asked_for(string option)
    {
        await CreateNetworkAsync($"-o ovs.bridge.name=br-user {option}");
        (await OvsAsync("get bridge br-user datapath_type")).ShouldBe("netdev");
        await WebAsync("--network net1");
        (await (await SleepAsync("--network net1")).FetchAsync("http://web")).ShouldBe("web");
    }

    [Fact]
    public async Task Without_segmentation_offload_the_container_computes_its_checksums()
    {
        await CreateNetworkAsync("-o ovs.bridge.datapath=netdev");
        var client = await SleepAsync("--network net1");
        (await client.OffloadAsync()).ShouldContain("tx-checksumming: off");
    }
}

/// <summary>The userspace datapath with userspace-tso-enable.</summary>
[Collection(Collections.Tso)]
[Trait("DependsOn", "versions")]
public sealed class SegmentationOffloadTests(TsoHost host) : LabTest(host)
{
    [Fact]
    public async Task With_it_the_container_leaves_its_checksums_to_Open_vSwitch_and_TCP_works()
    {
        await CreateNetworkAsync("");
        await WebAsync("--network net1");
        var client = await SleepAsync("--network net1");
        (await client.OffloadAsync()).ShouldContain("tx-checksumming: on");
        (await client.FetchAsync("http://web")).ShouldBe("web");
    }
}
