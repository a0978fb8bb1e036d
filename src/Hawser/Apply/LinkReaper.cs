using System.Threading.Channels;
using Hawser.Core;
using Hawser.Linux;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.Apply;

/// <summary>
/// Deletes links in batches, after Docker has its answer. The kernel waits one RCU grace period per request, however many
/// links the request names (18 ms for one pair, 76 ms for two hundred).
/// </summary>
sealed class LinkReaper(LinkTable links, ILogger logger, TimeProvider time)
{
    // Any group that nobody else uses. Links are in it only for the moment between two requests.
    const uint Group = 0x68777200;
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);
    readonly Channel<string> _doomed = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    int _pending;

    /// <summary>How many links are still to be deleted.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Queues a link for deletion, with its peer. A link that is gone by then is fine.</summary>
    public void Doom(string link)
    {
        Interlocked.Increment(ref _pending);
        _doomed.Writer.TryWrite(link);
    }

    public async Task RunAsync(CancellationToken ct)
    {
        using var routes = new RouteNetlink();
        while (await _doomed.Reader.WaitToReadAsync(ct))
        {
            // The rest of the batch arrives during this pause. A stop does not wait for its end.
            await Task.Delay(Gather, time, ct).ContinueWith(static _ => { }, TaskScheduler.Default);
            Reap(routes);
        }
    }

    /// <summary>Deletes what is still queued at a clean stop.</summary>
    public void Finish()
    {
        using var routes = new RouteNetlink();
        Reap(routes);
    }

    void Reap(RouteNetlink routes)
    {
        var batch = new List<int>();
        var names = 0;
        while (_doomed.Reader.TryRead(out var name))
        {
            names++;
            if ((links.Find(name) ?? routes.FindLink(name)) is { } link && Names.ParseAlias(link.Alias) is not null) batch.Add(link.Index);
        }
        try
        {
            if (batch.Count > 0) routes.DeleteLinks(batch, Group);
        }
        catch (NetlinkException e)
        {
            // The links are marked: the next full check finds them without a unit and queues them again.
            logger.LinksNotDeleted(e, batch.Count);
        }
        finally
        {
            Interlocked.Add(ref _pending, -names);
        }
    }
}
