using System.Collections.Immutable;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Docker.Engine;
using Hawser.Logging;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Witness;

/// <summary>
/// Learns the names of containers and networks, which dockerd tells no network driver. Other hosts' containers find this
/// host's by them, and whoever looks at a logical switch port sees whose it is. Not to be used inside a call of dockerd's:
/// it holds the container's lock then.
/// </summary>
sealed class NamesOfContainers(IntentStore store, Converger converger, EngineClient engine, ILogger logger)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    string? _failure;

    /// <summary>Whether an event may have brought a name, or taken one.</summary>
    public static bool IsNews(EngineEvent happened) =>
        happened is { Type: "network", Action: "connect" or "disconnect" } or { Type: "container", Action: "start" or "rename" or "die" };

    /// <summary>Whether there is a network on which names matter.</summary>
    public bool IsWanted => Networks.Any();

    IEnumerable<NetworkRecord> Networks => store.Current.Networks.Values.Where(n => n is { IsRemoving: false, Logical: not null });

    /// <summary>Takes in the names of running containers.</summary>
    /// <exception cref="EngineException">Docker's API is away.</exception>
    public async Task LearnAsync(ImmutableArray<EngineContainer> containers, CancellationToken ct)
    {
        string? failure = null;
        foreach (var container in containers)
        {
            if (container.Names is not [var slashed, ..]) continue;
            var name = slashed.TrimStart('/');
            EngineContainerDetails? details = null;
            var attachments = container.NetworkSettings?.Networks ?? ImmutableDictionary<string, EngineAttachment?>.Empty;
            foreach (var (network, attachment) in attachments)
            {
                if (attachment is null) continue;
                var networkId = new NetworkId(attachment.NetworkID);
                Record(() => store.Change(networkId, n => n with { Name = n.Logical is null ? n.Name : network }));
                var id = new EndpointId(attachment.EndpointID);
                if (store.Current.Endpoints.GetValueOrDefault(id) is not { } known || known.Container == name) continue;
                if (store.Current.NetworkOf(known)?.Logical is null) continue;
                details ??= await InspectAsync(container.Id, ct);
                if (details is null) break;
                var names = details.NetworkSettings?.Networks?.GetValueOrDefault(network)?.Names;
                var aliases = names?.Where(n => n != name).ToImmutableArray() ?? [];
                var endpoint = Record(() => store.Change(id, e => e with { Container = name, Aliases = aliases }));
                if (endpoint is not null) converger.Touch(endpoint.Unit);
            }
        }
        if (failure is not null && failure != _failure) logger.NameNotRecorded(failure);
        _failure = failure;
        // Switches and routers hold the names. They are touched in any case: a container that ended takes its own out.
        foreach (var network in Networks)
        {
            foreach (var unit in network.Units) converger.Touch(unit);
        }

        // If the disk is full, the next look learns what this one could not record.
        T? Record<T>(Func<T?> change) where T : class
        {
            try
            {
                return change();
            }
            catch (PluginException e)
            {
                failure = e.Message;
                return null;
            }
        }
    }

    // Docker does not answer for a container while it connects it to another network: the other containers do not wait.
    async Task<EngineContainerDetails?> InspectAsync(string container, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            return await engine.InspectContainerAsync(container, patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
