namespace Hawser.Lab.Harness;

/// <summary>OVN's databases on three machines, and two hosts with containers.</summary>
public sealed class RaftCluster : IAsyncLifetime
{
    public MemberHost[] Members { get; } = [.. new[] { "raft1", "raft2", "raft3" }.Select(kind => new MemberHost(kind, "raft1"))];

    public ChassisHost[] Chassis { get; } = [new("alpha", "raft1"), new("beta", "raft1")];

    public async Task InitializeAsync()
    {
        foreach (var member in Members) await member.InitializeAsync();
        foreach (var member in Members) await member.StartAsync("ovn-northd");
        await Task.WhenAll(Chassis.Select(chassis => chassis.InitializeAsync()));
    }

    public async Task DisposeAsync()
    {
        foreach (var host in Chassis.Concat<LabHost>(Members)) await host.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class RaftClusterDefinition : ICollectionFixture<RaftCluster>
{
    public const string Name = "hosts on a clustered OVN";
}
