using System.Collections.Immutable;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Docker.Engine;
using Hawser.State;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.Witness;

/// <summary>
/// Learns the names of containers and networks, which dockerd tells no network driver: other hosts' containers find this
/// host's by them, and whoever looks at a logical switch port sees whose it is. Never inside a call: dockerd holds the
/// container's lock then.
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

    /// <summary>Takes the names of running containers in.</summary>
    /// <exception cref="EngineException">Docker's API is away.</exception>
    public async Task LearnAsync(ImmutableArray<EngineContainer> containers, CancellationToken ct)
    {
        string? failure = null;
        foreach (var container in containers)
        {
            if (container.Names is not [var slashed, ..]) continue;
            var name = slashed.TrimStart('/');
            EngineContainerDetails? details = null;
            foreach (var (network, attachment) in container.NetworkSettings?.Networks ?? ImmutableDictionary<string, EngineAttachment?>.Empty)
            {
                if (attachment is null) continue;
                var networkId = new NetworkId(attachment.NetworkID);
                Record(() => store.Change(networkId, n => n with { Name = n.Logical is null ? n.Name : network }));
                var id = new EndpointId(attachment.EndpointID);
                if (store.Current.Endpoints.GetValueOrDefault(id) is not { } known || known.Container == name || store.Current.NetworkOf(known)?.Logical is null) continue;
                details ??= await InspectAsync(container.Id, ct);
                if (details is null) break;
                var aliases = details.NetworkSettings?.Networks?.GetValueOrDefault(network)?.Names.Where(n => n != name).ToImmutableArray() ?? [];
                var endpoint = Record(() => store.Change(id, e => e with { Container = name, Aliases = aliases }));
                if (endpoint is not null) converger.Touch(endpoint.Unit);
            }
        }
        if (failure is not null && failure != _failure) logger.NameNotRecorded(failure);
        _failure = failure;
        // What names say is a switch's and a router's, and a container that ended takes its own out.
        foreach (var network in Networks)
        {
            foreach (var unit in network.Units) converger.Touch(unit);
        }

        // A full disk: the next look learns what this one could not record.
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

    // A container that is being connected to another network answers when it is: others do not wait for it.
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
