using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>docker network create --internal</summary>
[Collection(Collections.Main)]
[Trait("DependsOn", "versions")]
public sealed class InternalNetworkTests(MainHost host) : LabTest(host)
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateNetworkAsync("--internal --subnet 10.59.0.0/24");
    }

    [Fact]
    public async Task Containers_reach_each_other()
    {
        await WebAsync("--network net1");
        var client = await SleepAsync("--network net1");
        (await client.FetchAsync("http://web")).ShouldBe("web");
    }

    [Fact]
    public async Task There_is_no_default_route_and_no_way_out()
    {
        var client = await SleepAsync("--network net1 --cap-add NET_ADMIN");
        (await client.DefaultRoutesAsync()).ShouldBeEmpty();
        await client.DoesNotReachAsync(LabHost.OutsideAddress);
        // Even a container that makes itself a route stays inside.
        await client.TryExecAsync("ip route add default via 10.59.0.1");
        await client.DoesNotReachAsync(LabHost.OutsideAddress);
    }

    [Fact]
    public async Task The_outside_does_not_get_in()
    {
        var web = await WebAsync("--network net1");
        var address = await web.AddressAsync();
        await Host.OutsideAsync($"ip route replace {address}/32 via {Host.Address}");
        (await LabHost.TryOutsideAsync($"timeout 2 busybox wget -qO- http://{address}")).Succeeded.ShouldBeFalse();
        await Host.OutsideAsync($"ip route del {address}/32");
    }
}
