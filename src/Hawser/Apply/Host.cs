using Hawser.Core.Plan;
using Hawser.Linux;
using Hawser.Ovn;
using Hawser.Ovsdb;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Apply;

/// <summary>The outside world that the converger reads and writes.</summary>
sealed class Host(OvsdbReplica replica, string database, OvnCentral central, IntentStore store, LinkReaper reaper, LinkTable links, string chainPrefix, ILogger logger) : IDisposable
{
    public OvsdbReplica Replica { get; } = replica;

    public OvnCentral Central { get; } = central;

    public NorthboundApplier NorthboundApplier { get; } = new(central, store, logger);

    public LinkTable Links { get; } = links;

    public LinkReaper Reaper { get; } = reaper;

    public LinkApplier LinkApplier { get; } = new(links);

    public VswitchApplier VswitchApplier { get; } = new(replica, store.Instance);

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

    /// <summary>What links lack that plans ask for, in sentences; nothing is changed.</summary>
    public IEnumerable<string> LinkDifferences(IEnumerable<DesiredUnit> plans)
    {
        using var routes = new RouteNetlink();
        var addresses = routes.DumpAddresses();
        foreach (var plan in plans)
        {
            if (plan.Veth is { } veth && Links.Find(veth.HostEnd) is null) yield return $"link {veth.HostEnd} is missing ({plan.Unit})";
            foreach (var gateway in plan.Gateways)
            {
                var link = routes.FindLink(gateway.Link);
                if (link is null) yield return $"link {gateway.Link} is missing ({plan.Unit})";
                else if (!link.IsUp && !gateway.Present.IsEmpty) yield return $"link {gateway.Link} is down ({plan.Unit})";
                foreach (var address in gateway.Present.Where(a => !addresses.Any(h => h.Index == link?.Index && h.Address.Equals(a.Address) && h.PrefixLength == a.PrefixLength)))
                    yield return $"link {gateway.Link}: address {address} is missing ({plan.Unit})";
            }
        }
    }

    /// <summary>The sentence for a database that does not answer.</summary>
    public string DatabaseUnreachable(string? reason) =>
        $"Open vSwitch's database at {database} is not reachable: {reason ?? Replica.LastError ?? "not connected yet"}";

    public void Dispose() => LinkApplier.Dispose();
}
