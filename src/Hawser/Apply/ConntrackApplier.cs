using System.Net;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.Linux;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.Apply;

/// <summary>Makes the kernel forget flows that still follow earlier rules. Only the converger calls it, once the new rules hold.</summary>
sealed class ConntrackApplier(ILogger logger)
{
    HostIntent _before = HostIntent.Empty;
    string? _lastError;

    /// <summary>Forgets the flows that follow the rules before these.</summary>
    public Task ApplyAsync(RoundOutcomes outcomes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var stale = StaleFlows.Between(_before, outcomes.Context.Intent);
        _before = outcomes.Context.Intent;
        try
        {
            if (!stale.IsEmpty) Forget(stale);
            _lastError = null;
        }
        catch (Exception e) when (e is LinuxException or TimeoutException)
        {
            // For example, the kernel lacks ctnetlink. Its flows end by themselves once nothing is sent for a while.
            if (_lastError != e.Message) logger.FlowsNotForgotten(e);
            _lastError = e.Message;
        }
        return Task.CompletedTask;
    }

    static void Forget(StaleFlows stale)
    {
        using var routes = new RouteNetlink();
        var local = routes.DumpAddresses().Select(a => a.Address).ToHashSet();
        using var conntrack = new Conntrack();
        conntrack.Forget(conntrack.Find(f => stale.Contains(
            f.Protocol, f.Source, f.Destination, f.Answerer, a => IPAddress.IsLoopback(a) || local.Contains(a))));
    }
}
