using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>Who asks the servers for names that Docker does not know: the container, or the host for it.</summary>
[Collection(Collections.Main)]
[Trait("DependsOn", "versions")]
public sealed class NameServerTests(MainHost host) : LabTest(host)
{
    [Fact]
    public async Task Servers_that_were_given_are_asked_by_the_container_and_the_hosts_own_from_Docker_28_on_by_the_host()
    {
        using var resolver = await LabHost.ResolveOutsideAsync();
        await CreateNetworkAsync("-o ovs.bridge.mode=routed --subnet 10.97.0.0/24");
        await Host.OutsideAsync($"ip route replace 10.97.0.0/24 via {Host.Address}");
        var given = await SleepAsync($"--network net1 --dns {LabHost.OutsideAddress}", "given");
        var own = await SleepAsync("--network net1", "own");
        foreach (var container in new[] { given, own })
            (await container.TryExecAsync($"nslookup -type=a {container.Name}.example")).Output.ShouldContain("NXDOMAIN");
        await Host.OutsideAsync("ip route del 10.97.0.0/24");
        resolver.AskersOf("given.example").ShouldBe([await given.AddressAsync()]);
        resolver.AskersOf("own.example").ShouldBe([await Host.AsksFromTheContainerAsync() ? await own.AddressAsync() : Host.Address]);
    }
}
