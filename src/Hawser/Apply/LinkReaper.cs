using System.Threading.Channels;
using Hawser.Core;
using Hawser.Linux;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.Apply;

/// <summary>
/// Deletes links in batches, after Docker has its answer: the kernel waits one RCU grace period for a request, however
/// many links it names (18 ms for one pair, 76 ms for two hundred).
/// </summary>
sealed class LinkReaper(LinkTable links, ILogger logger, TimeProvider time)
{
    // Any group that nobody else uses; links are in it for the moment between two requests.
    const uint Group = 0x68777200;
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);
    readonly Channel<string> _doomed = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    int _pending;

    /// <summary>How many links are still to be deleted.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Has a link deleted, with its peer. One that is gone by then is fine.</summary>
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
            // A pause in which the rest of the batch arrives; a stop does not wait for it.
            await Task.Delay(Gather, time, ct).ContinueWith(static _ => { }, TaskScheduler.Default);
            Reap(routes);
        }
    }

    /// <summary>Deletes what is queued at a clean stop.</summary>
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
            // They are marked: the next full check finds them without a unit and queues them again.
            logger.LinksNotDeleted(e, batch.Count);
        }
        finally
        {
            Interlocked.Add(ref _pending, -names);
        }
    }
}
