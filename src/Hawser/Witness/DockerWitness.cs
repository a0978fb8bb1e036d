using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;
using Hawser.Apply;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Docker;
using Hawser.Docker.Engine;
using Hawser.Logging;
using Hawser.Ovn;
using Microsoft.Extensions.Logging;

namespace Hawser.Witness;

/// <summary>
/// Asks Docker what lives. Calls get lost: dockerd can end without deleting its containers' endpoints, and it forgets
/// networks and endpoints even if their removal failed. What Docker no longer knows is removed. What it knows and we forgot, because
/// our state folder was lost, is taken over at the start.
/// </summary>
sealed class DockerWitness(
    EngineClient engine, DriverNames drivers, Converger converger, LinkTable links, StaleIntent stale, AddressAudit addresses,
    ClaimDoubts doubts, NamesOfContainers names, LostIntent lost, AttachedContainers attached, FirewallGuard guard, ILogger logger,
    TimeProvider time)
{
    static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    static readonly TimeSpan CloseLook = TimeSpan.FromSeconds(5);

    // Docker tells of a container's network a moment before its lists have it.
    static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    // Containers come in bursts; one question tells of all of them.
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(500);

    readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // When names were last asked for because of an event: a timestamp of the clock.
    long _learned;

    // Other threads read it, for the status.
    volatile bool _isConnected;

    /// <summary>Whether Docker's API answers.</summary>
    public bool IsConnected => _isConnected;

    /// <summary>Watches until it is cancelled.</summary>
    /// <param name="onConnected">What to do once Docker answers. It is called again until it says that it is done.</param>
    /// <param name="ct">Ends it.</param>
    public async Task RunAsync(Func<CancellationToken, Task<bool>> onConnected, CancellationToken ct)
    {
        string? lastError = null;
        while (true)
        {
            try
            {
                await WatchAsync(onConnected, ct);
            }
            catch (EngineException e)
            {
                if (IsConnected || lastError != e.Message) logger.DockerUnreachable(e.Message);
                lastError = e.Message;
            }
            _isConnected = false;
            await Task.Delay(Reconnect, time, ct);
        }
    }

    async Task WatchAsync(Func<CancellationToken, Task<bool>> onConnected, CancellationToken ct)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // The event stream ends with the dockerd that it comes from: so a restart is noticed at once.
        var ended = EndOfEventsAsync(watching.Token);
        try
        {
            await LookAsync(ct);
            if (!IsConnected) logger.DockerConnected();
            _isConnected = true;
            guard.OnDockerConnected();
            converger.TouchAll();
            doubts.Doubt();
            var isDone = await onConnected(ct);
            var closeLooks = 6;
            while (!ended.IsCompleted)
            {
                var wait = closeLooks-- > 0 || stale.HasSuspects || !isDone ? CloseLook : Period;
                if (addresses.UntilLook is { } until && until < wait) wait = until;
                using var waiting = CancellationTokenSource.CreateLinkedTokenSource(watching.Token);
                var over = Task.Delay(wait, time, waiting.Token);
                var suspicion = doubts.UrgencyAsync(waiting.Token);
                try
                {
                    while (true)
                    {
                        var first = await Task.WhenAny(ended, over, suspicion, _news.Reader.ReadAsync(waiting.Token).AsTask());
                        if (first == ended || first == over || first == suspicion) break;
                        await LearnNamesAsync(ct);
                    }
                }
                finally
                {
                    // Also if Docker is away: a wait that goes on would take what the next watch waits for.
                    await waiting.CancelAsync();
                }
                ct.ThrowIfCancellationRequested();
                if (ended.IsCompleted) break;
                await LookAsync(ct);
                isDone = isDone || await onConnected(ct);
            }
            await ended;
        }
        finally
        {
            await watching.CancelAsync();
            await Task.WhenAny(ended);
        }
    }

    async Task EndOfEventsAsync(CancellationToken ct)
    {
        await foreach (var happened in engine.EventsAsync(ct))
        {
            if (NamesOfContainers.IsNews(happened)) _news.Writer.TryWrite(true);
            attached.OnEvent(happened);
        }
    }

    // Asks at once, so that containers that are started next can use the name, and again after the burst, for the rest of it.
    async Task LearnNamesAsync(CancellationToken ct)
    {
        if (!names.IsWanted) return;
        var isFirst = time.GetElapsedTime(_learned) > Gather;
        await Task.Delay(isFirst ? Soon : Gather, time, ct);
        await names.LearnAsync(await engine.ContainersAsync(ct), ct);
        _learned = time.GetTimestamp();
        if (isFirst) _news.Writer.TryWrite(true);
    }

    async Task LookAsync(CancellationToken ct)
    {
        drivers.Learn(await engine.PluginsAsync(ct));
        var networks = await engine.NetworksAsync(drivers.All, ct);
        var containers = await engine.ContainersAsync(ct);
        var living = new LivingThings(networks, containers);
        var isKnown = converger.MayPrune || await lost.TakeOverAsync(living, links, engine, ct);
        stale.Remove(living);
        attached.LookSoon();
        await names.LearnAsync(containers, ct);
        await addresses.LookAsync(living, ct);
        // A suspect is removed by a later look only, and its addresses have to be given back after that.
        if (stale.HasSuspects) doubts.Doubt();
        if (isKnown && !converger.MayPrune) converger.AllowPruning();
    }
}

/// <summary>What Docker says lives, at one moment.</summary>
sealed record LivingThings(ImmutableArray<EngineNetwork> Networks, ImmutableArray<EngineContainer> Containers)
{
    /// <summary>The networks of our drivers.</summary>
    public ImmutableHashSet<NetworkId> NetworkIds { get; } = [.. Networks.Select(n => new NetworkId(n.Id))];

    /// <summary>The addresses of running containers, whatever their network.</summary>
    public IEnumerable<(NetworkId Network, IPAddress Address)> Addresses =>
        from a in Containers.SelectMany(c => c.NetworkSettings?.Networks?.Values ?? []).OfType<EngineAttachment>()
        from text in new[] { a.IPAddress, a.GlobalIPv6Address }
        let address = IPAddress.TryParse(text, out var parsed) ? parsed : null
        where address is not null
        select (new NetworkId(a.NetworkID), address);

    /// <summary>The subnets of our drivers' networks.</summary>
    public IEnumerable<(NetworkId Network, IPNetwork Subnet)> Subnets =>
        from n in Networks
        from c in n.IPAM?.Config ?? []
        select (new NetworkId(n.Id), IPNetwork.TryParse(c.Subnet, out var subnet) ? subnet : default);

    /// <summary>The endpoints of running containers, whatever their network, from both lists.</summary>
    public ImmutableHashSet<EndpointId> EndpointIds { get; } =
    [
        .. Containers.SelectMany(c => c.NetworkSettings?.Networks?.Values ?? [])
            .OfType<EngineAttachment>()
            .Select(a => new EndpointId(a.EndpointID)),
        .. Networks.SelectMany(n => n.Containers?.Values ?? []).Select(c => new EndpointId(c.EndpointID)),
    ];
}
