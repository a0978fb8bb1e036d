using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>Two hosts that never met.</summary>
[Trait("DependsOn", "versions")]
public sealed class StrangersTests : IAsyncLifetime
{
    const string CentralKind = "strangers";
    readonly CentralHost _central = new(CentralKind);
    readonly ChassisHost _one = new("stranger1", CentralKind);
    readonly ChassisHost _two = new("stranger2", CentralKind);

    public async Task InitializeAsync()
    {
        await _central.InitializeAsync();
        await _one.InitializeAsync();
        await _two.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _two.DisposeAsync();
        await _one.DisposeAsync();
        await _central.DisposeAsync();
    }

    // Open vSwitch's tunnels in userspace drop what they would send to a host whose MAC address they do not know.
    [Fact]
    public async Task The_first_packet_between_them_is_answered()
    {
        foreach (var host in new[] { _one, _two }) await host.CreateNetworkAsync("--subnet 10.88.0.0/24");
        await _one.SleepAsync("--network net1 --ip 10.88.0.10");
        await _two.DockerAsync("run --rm --network net1 --ip 10.88.0.20 busybox ping -c1 -W2 10.88.0.10");
    }
}
