using System.Net;
using Hawser.Apply;
using Hawser.Core.Ipam;
using Hawser.Core.Plan;
using Hawser.Linux;
using Hawser.Logging;
using Hawser.Ovsdb;
using Microsoft.Extensions.Logging;

namespace Hawser.Tunnels;

/// <summary>
/// Makes sure that Open vSwitch knows the MAC addresses that its tunnels in userspace send to. While Open vSwitch does not know
/// one, it drops each packet to it, and only then asks. It learns from any answer that reaches its bridge, so it is enough that
/// Hawser asks.
/// </summary>
sealed class TunnelNeighbours(OvsdbReplica replica, string folder, LinkTable links, ILogger logger, TimeProvider time) : IDisposable
{
    const string UsualFolder = "/run/openvswitch";

    // The kernel reports an address a moment before it has the route, and ovs-vswitchd has to hear of it, too.
    static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);
    // Routes, and what Open vSwitch knows, change without notice.
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim _news = new(0);
    readonly NeighbourQuestions _questions = new(time, Random.Shared);
    string? _lastError;

    /// <summary>The folder of ovs-vswitchd's control socket: the same as that of the database's.</summary>
    public static string FolderOf(IEnumerable<OvsdbEndpoint> database) =>
        database.FirstOrDefault(e => e.Transport == OvsdbTransport.Unix) is { } local ? Path.GetDirectoryName(local.Address)! : UsualFolder;

    /// <summary>Looks again if a tunnel may have come or gone.</summary>
    public void OnReplicaChanged(ReplicaChange change)
    {
        if (change.IsReset || change.Rows.Any(Tunnel.IsTouchedBy)) _news.Release();
    }

    /// <summary>Looks again if a link got an address: when ovs-vswitchd starts, the underlay's bridge becomes another link.</summary>
    public void OnLinkChanged(LinkChange change)
    {
        // Every link gets a link-local address, even those of Docker's own containers. It says nothing about the underlay.
        if (change is { Address.IsIPv6LinkLocal: false, Deleted: false } || change.Overrun) _news.Release();
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            if (!await _news.WaitAsync(await LookAsync(ct), ct)) continue;
            await Task.Delay(Settling, time, ct);
            while (_news.Wait(0, CancellationToken.None)) { }
        }
    }

    public void Dispose() => _news.Dispose();

    // Asks the questions that are due, and returns how long to wait until it looks again.
    async Task<TimeSpan> LookAsync(CancellationToken ct)
    {
        if (replica.Current is not { } vswitch) return Timeout.InfiniteTimeSpan;
        var tunnels = Tunnel.Of(vswitch).ToList();
        if (tunnels.Count == 0) return Timeout.InfiniteTimeSpan;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Patience);
        try
        {
            _questions.Follow(NextHops(tunnels, vswitch), await KnownNeighbours.ReadAsync(folder, deadline.Token));
            Ask(_questions.Take());
            _lastError = null;
            return _questions.Until() is { } wait && wait < LookAgain ? wait : LookAgain;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            Note($"ovs-vswitchd does not answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is LinuxException or TimeoutException or OvsdbException)
        {
            Note(e.Message);
        }
        return LookAgain;
    }

    // A tunnel in userspace can only leave by a link that ovs-vswitchd made.
    HashSet<NextHop> NextHops(List<Tunnel> tunnels, Snapshot vswitch)
    {
        var underlays = new Dictionary<int, UserspaceLink>();
        foreach (var link in UserspaceLink.Of(vswitch).Where(l => l.IsInternal))
        {
            if (links.Find(link.Name) is { } found) underlays[found.Index] = link;
        }
        using var routes = new RouteNetlink();
        var hops = new HashSet<NextHop>();
        foreach (var peer in tunnels.Select(t => t.Peer).Distinct())
        {
            if (routes.FindRoute(peer) is { } route && underlays.TryGetValue(route.Index, out var link))
                hops.Add(new NextHop(link.Bridge, link.Name, route.Gateway ?? peer));
        }
        return hops;
    }

    static void Ask(IReadOnlyList<DueQuestion> questions)
    {
        if (questions.Count == 0) return;
        using var routes = new RouteNetlink();
        var addresses = routes.DumpAddresses();
        foreach (var ofLink in questions.GroupBy(q => q.Hop.Link))
        {
            if (routes.FindLink(ofLink.Key) is not { Address: { } mac, IsUp: true } link) continue;
            var own = addresses.Where(a => a.Index == link.Index).ToList();
            using var socket = new EthernetSocket(link.Index);
            foreach (var (hop, known) in ofLink)
            {
                if (Nearest(own, hop.Address) is { } source)
                    socket.Send(new NeighbourQuestion(hop.Address, source, mac, known?.ToPhysicalAddress()).ToFrame());
            }
        }
    }

    // Open vSwitch learns only from answers to addresses of its bridge. Some hosts answer only if asked from their own subnet.
    static IPAddress? Nearest(List<InterfaceAddress> own, IPAddress hop)
    {
        var sameFamily = own.Where(a => a.Address.AddressFamily == hop.AddressFamily).ToList();
        var sameSubnet = sameFamily.Find(a => AddressPool.SubnetOf(a.Address, a.PrefixLength).Contains(hop));
        return (sameSubnet ?? sameFamily.FirstOrDefault())?.Address;
    }

    void Note(string reason)
    {
        if (_lastError != reason) logger.NeighboursNotAsked(reason);
        _lastError = reason;
    }
}
