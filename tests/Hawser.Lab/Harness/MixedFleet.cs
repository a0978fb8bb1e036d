namespace Hawser.Lab.Harness;

/// <summary>
/// Hosts of several Debian releases on one OVN, and so of several versions of Docker, Open vSwitch and OVN: Debian 12, 13 and
/// the one that the suite runs on. The databases are of the oldest, for OVN wants its hosts upgraded before them.
/// </summary>
public sealed class MixedFleet : IAsyncLifetime
{
    const string CentralKind = "fleet-central";

    public CentralHost Central { get; } = new(CentralKind) { Tree = DebianTree.OfMachine };

    /// <summary>The hosts, oldest first.</summary>
    public IReadOnlyList<ChassisHost> Hosts { get; private set; } = [];

    public async Task InitializeAsync()
    {
        string[] trees = [DebianTree.OfMachine, await DebianTree.OfAsync("trixie"), DebianTree.OfSuite];
        Hosts = [.. trees.Distinct().Select((tree, i) => new ChassisHost($"fleet{i + 1}", CentralKind) { Tree = tree })];
        await Central.InitializeAsync();
        await Task.WhenAll(Hosts.Select(host => host.InitializeAsync()));
    }

    public async Task DisposeAsync()
    {
        foreach (var host in Hosts) await host.DisposeAsync();
        await Central.DisposeAsync();
    }
}
