using Hawser.Linux;
using Hawser.Ovsdb;

namespace Hawser.Converge;

/// <summary>The outside world that the converger reads and writes.</summary>
sealed class Host(OvsdbReplica replica, string database, IntentStore store, LinkReaper reaper, LinkTable links) : IDisposable
{
    public OvsdbReplica Replica { get; } = replica;

    public LinkTable Links { get; } = links;

    public LinkReaper Reaper { get; } = reaper;

    public LinkApplier LinkApplier { get; } = new(links);

    public VswitchApplier VswitchApplier { get; } = new(replica, store.Instance);

    public FirewallApplier Firewall { get; } = new();

    /// <summary>Reads all links anew.</summary>
    public IReadOnlyList<Link> DumpLinks()
    {
        using var routes = new RouteNetlink();
        return routes.DumpLinks();
    }

    /// <summary>The sentence for a database that does not answer.</summary>
    public string DatabaseUnreachable(string? reason) =>
        $"Open vSwitch's database at {database} is not reachable: {reason ?? Replica.LastError ?? "not connected yet"}";

    public void Dispose() => LinkApplier.Dispose();
}
