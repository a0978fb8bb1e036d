using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Plan;

namespace Hawser.Converge;

/// <summary>What plans know of the host beside intent. It is known once Open vSwitch's database was read for the first time.</summary>
sealed class KnownHost(Host host, InstanceId instance)
{
    readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // Written by the loop; volatile, because calls read it on other threads.
    volatile HostFacts _facts = new() { Instance = instance };

    /// <summary>The facts.</summary>
    public HostFacts Facts => _facts;

    /// <summary>Whether the database was read. Before that, nothing may be planned that is written there.</summary>
    public bool IsKnown => _known.Task.IsCompleted;

    /// <summary>Reads whether the kernel has a datapath.</summary>
    public void ReadKernel() => _facts = _facts with { HasKernelDatapath = Linux.GenericNetlink.HasFamily("ovs_datapath") };

    /// <summary>Reads what the database and the links tell.</summary>
    /// <returns>Whether something changed.</returns>
    public bool Refresh()
    {
        if (host.Replica.Current is not { } snapshot) return false;
        var lookalikes = host.Links.All.Select(l => l.Name).Where(Names.LooksLikeDockersBridge).Order(StringComparer.Ordinal);
        var facts = _facts.With(snapshot) with { DockerLookalikes = [.. lookalikes] };
        var isNews = !facts.Equals(_facts);
        if (isNews) _facts = facts;
        _known.TrySetResult();
        return isNews;
    }

    /// <summary>Waits until the database answers and was read.</summary>
    /// <exception cref="PluginException">It does not within the deadline.</exception>
    public async Task WaitAsync(TimeSpan deadline, CancellationToken ct)
    {
        if (host.Replica.IsLive && IsKnown) return;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waiting.CancelAfter(deadline);
        try
        {
            await host.Replica.WhenLiveAsync(waiting.Token);
            await _known.Task.WaitAsync(waiting.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new PluginException(host.DatabaseUnreachable, e);
        }
    }
}
