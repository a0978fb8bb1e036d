using Hawser.Core;
using Hawser.Linux;
using Hawser.Ovn;
using Hawser.Ovsdb;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Apply;

/// <summary>The outside world that the converger reads and writes.</summary>
sealed class Host(
    OvsdbReplica replica, string database, OvnCentral central, IntentStore store, LinkReaper reaper, LinkTable links,
    string chainPrefix, NamespaceDoor door, ILogger logger)
    : IDisposable
{
    public OvsdbReplica Replica { get; } = replica;

    public OvnCentral Central { get; } = central;

    public NorthboundApplier NorthboundApplier { get; } = new(central, store, logger);

    public LinkTable Links { get; } = links;

    public LinkReaper Reaper { get; } = reaper;

    public LinkApplier LinkApplier { get; } = new(links);

    public AttachmentApplier AttachmentApplier { get; } = new(links, door);

    public GatewayApplier GatewayApplier { get; } = new();

    public VswitchApplier VswitchApplier { get; } = new(replica, reason => Unreachable(replica, database, reason), store.Instance, logger);

    public FirewallApplier Firewall { get; } = new(chainPrefix);

    public ConntrackApplier Conntrack { get; } = new(logger);

    /// <summary>Reads all links anew.</summary>
    public static IReadOnlyList<Link> DumpLinks()
    {
        using var routes = new RouteNetlink();
        return routes.DumpLinks();
    }

    /// <summary>The addresses that a link holds.</summary>
    public static IReadOnlyCollection<LinkAddress> AddressesOf(string link)
    {
        using var routes = new RouteNetlink();
        if (routes.FindLink(link) is not { } found) return [];
        return [.. routes.DumpAddresses().Where(a => a.Index == found.Index).Select(a => new LinkAddress(a.Address, a.PrefixLength))];
    }

    /// <summary>The error message for a database that does not answer.</summary>
    public string DatabaseUnreachable => Unreachable(Replica, database, null);

    /// <summary>What differs for units, in sentences; nothing is changed. The firewall's rules belong to no unit.</summary>
    public IEnumerable<string> Differences(IReadOnlyCollection<PlannedUnit> units, RoundContext context)
    {
        var planned = units.Where(u => u.Failure is null).ToList();
        return
        [
            .. units.Where(u => u.Failure is not null).Select(u => $"{u.Unit}: {u.Failure}"),
            .. NorthboundApplier.Differences(planned, context),
            .. VswitchApplier.Differences(planned, context),
            .. LinkApplier.Differences(planned),
            .. AttachmentApplier.Differences(planned),
            .. GatewayApplier.Differences(planned),
        ];
    }

    public void Dispose()
    {
        LinkApplier.Dispose();
        AttachmentApplier.Dispose();
        GatewayApplier.Dispose();
    }

    static string Unreachable(OvsdbReplica replica, string database, string? reason) =>
        $"Open vSwitch's database at {database} is not reachable: {reason ?? replica.LastError ?? "not connected yet"}";
}
