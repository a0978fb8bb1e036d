using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>A container is on the network from its first instruction: nothing that it sends at once is lost.</summary>
[Collection(Collections.Main)]
public sealed class FirstPacketTests(MainHost host) : LabTest(host)
{
    const int Containers = 20;

    [Trait("DependsOn", "versions")]
    [Theory]
    [InlineData("nat")]
    [InlineData("flat")]
    public async Task The_first_packet_of_a_container_reaches_its_neighbour(string mode)
    {
        await CreateNetworkAsync($"--subnet 10.74.0.0/24 -o ovs.bridge.mode={mode}");
        await WebAsync("--network net1 --ip 10.74.0.9");
        await FirstPacketsArriveAsync("10.74.0.9");
    }

    [Fact]
    public async Task The_first_packet_of_a_container_reaches_the_gateway()
    {
        await CreateNetworkAsync("--subnet 10.74.0.0/24 --gateway 10.74.0.1");
        await FirstPacketsArriveAsync("10.74.0.1");
    }

    [Fact]
    public async Task The_first_packet_of_a_container_reaches_the_outside()
    {
        await CreateNetworkAsync("");
        await FirstPacketsArriveAsync(LabHost.OutsideAddress);
    }

    async Task FirstPacketsArriveAsync(string address)
    {
        for (var i = 1; i <= Containers; i++)
        {
            var first = await Host.TryDockerAsync($"run --rm --network net1 busybox ping -c1 -W1 {address}");
            first.Succeeded.ShouldBeTrue($"container {i}: {first}");
        }
    }
}
