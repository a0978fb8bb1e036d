using System.Collections.Concurrent;
using System.Threading.Channels;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Docker.Engine;
using Hawser.Logging;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Witness;

/// <summary>
/// Follows the containers that have attachments: each start of a container gives it another network namespace, where its
/// attachments are made anew, and an attachment goes with its container. Not to be used inside a call of dockerd's: it holds the
/// container's lock then.
/// </summary>
sealed class AttachedContainers(IntentStore store, Converger converger, EngineClient engine, ILogger logger, TimeProvider time)
{
    // A Docker that is just starting may not list all its containers yet.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    readonly ConcurrentDictionary<string, bool> _destroyed = [];
    readonly Dictionary<string, long> _missingSince = [];
    string? _failure;

    /// <summary>Takes in an event, which may have changed where a container is.</summary>
    public void OnEvent(EngineEvent happened)
    {
        if (happened is not { Type: "container", Action: "start" or "die" or "destroy" or "rename", Actor.ID: { } container }) return;
        if (!store.Current.Attachments.Values.Any(a => a.ContainerId == container)) return;
        if (happened.Action == "destroy") _destroyed.TryAdd(container, true);
        LookSoon();
    }

    /// <summary>Asks for a look at the containers.</summary>
    public void LookSoon() => _news.Writer.TryWrite(true);

    /// <summary>Looks at the containers whenever it is asked to, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            await _news.Reader.ReadAsync(ct);
            if (await TryLookAsync(ct)) continue;
            await Task.Delay(Again, time, ct);
            LookSoon();
        }
    }

    async Task<bool> TryLookAsync(CancellationToken ct)
    {
        if (store.Current.Attachments.IsEmpty) return true;
        try
        {
            await LookAsync(ct);
            _failure = null;
            return true;
        }
        catch (Exception e) when (e is EngineException or PluginException)
        {
            // Docker's absence is told by whoever watches Docker; a record that cannot be written is told here, once.
            if (e is PluginException && _failure != e.Message) logger.AttachmentNotFollowed(e.Message);
            _failure = e.Message;
            return false;
        }
    }

    async Task LookAsync(CancellationToken ct)
    {
        var containers = (await engine.AllContainersAsync(ct)).ToDictionary(c => c.Id);
        foreach (var attachments in store.Current.Attachments.Values.Where(a => !a.IsRemoving).GroupBy(a => a.ContainerId))
        {
            var known = containers.GetValueOrDefault(attachments.Key);
            if (known is not null) _missingSince.Remove(attachments.Key);
            var sandbox = known is { State: "running" or "paused" } ? await SandboxAsync(attachments.Key, ct) : null;
            foreach (var attachment in attachments)
            {
                var isOver = known is null ? IsMissingForLong(attachments.Key) : attachment.Options.IsTemporary && sandbox is null;
                if (isOver) Remove(attachment);
                else Follow(attachment, sandbox, known?.Names?.FirstOrDefault()?.TrimStart('/') ?? attachment.Container);
            }
            if (store.Current.Attachments.Values.Any(a => !a.IsRemoving && a.ContainerId == attachments.Key)) continue;
            _missingSince.Remove(attachments.Key);
            _destroyed.TryRemove(attachments.Key, out _);
        }
    }

    async Task<string?> SandboxAsync(string container, CancellationToken ct) =>
        await engine.InspectContainerAsync(container, ct) is { State.Running: true, NetworkSettings.SandboxKey: { Length: > 0 } key }
            ? key
            : null;

    bool IsMissingForLong(string container)
    {
        if (_destroyed.ContainsKey(container)) return true;
        if (_missingSince.TryAdd(container, time.GetTimestamp())) return false;
        return time.GetElapsedTime(_missingSince[container]) >= Grace;
    }

    void Follow(AttachmentRecord attachment, string? sandbox, string name)
    {
        if (attachment.Sandbox == sandbox && attachment.Container == name) return;
        store.Change(attachment.Id, a => a with { Sandbox = sandbox, Container = name });
        converger.Touch(attachment.Unit);
    }

    void Remove(AttachmentRecord attachment)
    {
        store.Change(attachment.Id, a => a with { IsRemoving = true });
        converger.Touch(attachment.Unit);
        converger.Touch(UnitId.Bridge(attachment.Bridge));
        logger.AttachmentEnded(attachment.Id.Value);
    }
}
