using Hawser.Core.Plan;
using Hawser.Linux;
using Hawser.Ovsdb;
using Microsoft.Extensions.Logging;

namespace Hawser.Converge;

/// <summary>
/// Has the kernel ask for the MAC addresses that tunnels in userspace send to. Open vSwitch learns them from the answers,
/// which pass through its bridge. While it does not know one it drops what it should send there, and only then asks itself.
/// </summary>
sealed class TunnelNeighbours(OvsdbReplica replica, LinkTable links, ILogger logger, TimeProvider time) : IDisposable
{
    // The kernel tells of an address a moment before it has the route, and ovs-vswitchd has to hear of it, too.
    static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);
    // All hosts of the underlay hear every question: those for hundreds of chassis are not asked in one burst.
    const int AtOnce = 50;
    static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);
    // Routes come and go unnoticed.
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    readonly SemaphoreSlim _news = new(0);
    readonly NeighbourQuestions _questions = new(time);

    /// <summary>Looks again if a tunnel may have come or gone.</summary>
    public void OnReplicaChanged(ReplicaChange change)
    {
        if (change.IsReset || change.Rows.Any(Tunnel.IsTouchedBy)) _news.Release();
    }

    /// <summary>Looks again if a link got an address: when ovs-vswitchd starts, the underlay's bridge becomes another link.</summary>
    public void OnLinkChanged(LinkChange change)
    {
        // A link-local address comes with every link, those of Docker's own containers too, and says nothing of the underlay.
        if (change is { Address.IsIPv6LinkLocal: false, Deleted: false } || change.Overrun) _news.Release();
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            if (!await _news.WaitAsync(Ask(), ct)) continue;
            await Task.Delay(Settling, time, ct);
            while (_news.Wait(0, CancellationToken.None)) { }
        }
    }

    public void Dispose() => _news.Dispose();

    // Asks for what is due, and returns how long nothing else is.
    TimeSpan Ask()
    {
        if (replica.Current is not { } vswitch) return Timeout.InfiniteTimeSpan;
        var tunnels = Tunnel.Of(vswitch).ToList();
        if (tunnels.Count == 0) return Timeout.InfiniteTimeSpan;
        try
        {
            using var kernel = new RouteNetlink();
            return Ask(NextHops(tunnels, vswitch, kernel), kernel);
        }
        catch (Exception e) when (e is LinuxException or TimeoutException)
        {
            logger.NeighboursNotAsked(e);
            return LookAgain;
        }
    }

    // A tunnel in userspace can only leave by a bridge's own port.
    Dictionary<Guid, NextHop> NextHops(List<Tunnel> tunnels, Snapshot vswitch, RouteNetlink kernel)
    {
        var underlays = Tunnel.Underlays(vswitch).Select(links.Find).OfType<Link>().Select(l => l.Index).ToHashSet();
        var hops = new Dictionary<Guid, NextHop>();
        foreach (var tunnel in tunnels)
        {
            if (kernel.FindRoute(tunnel.Peer) is { } route && underlays.Contains(route.Index))
                hops[tunnel.Id] = new NextHop(route.Index, route.Gateway ?? tunnel.Peer);
        }
        return hops;
    }

    TimeSpan Ask(Dictionary<Guid, NextHop> tunnels, RouteNetlink kernel)
    {
        _questions.Follow(tunnels);
        var neighbours = kernel.DumpNeighbours().ToLookup(n => new NextHop(n.Index, n.Address));
        bool IsKnown(NextHop hop) => neighbours[hop].Any(n => n.IsKnown);
        // Many chassis may be behind one router. A MAC address that somebody set by hand would be lost by the question.
        var hops = tunnels.Values.Distinct().Where(h => !neighbours[h].Any(n => n.IsPermanent)).ToList();
        var due = hops.Where(h => _questions.Until(h, IsKnown(h)) == TimeSpan.Zero).ToList();
        foreach (var hop in due.Take(AtOnce))
        {
            kernel.AskForNeighbour(hop.Link, hop.Address);
            _questions.Asked(hop);
        }
        if (due.Count > AtOnce) return Spacing;
        return hops.Select(h => _questions.Until(h, IsKnown(h))).Append(LookAgain).Min();
    }
}
