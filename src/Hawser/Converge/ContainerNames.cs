using System.Collections.Immutable;
using Hawser.Core;
using Hawser.Docker;

namespace Hawser.Converge;

/// <summary>
/// Learns the names of containers, which dockerd tells no network driver, so that whoever looks at a logical switch port sees
/// whose it is. Never inside a call: dockerd holds the container's lock then.
/// </summary>
sealed class ContainerNames(IntentStore store, Converger converger)
{
    /// <summary>Whether an event may have brought a name.</summary>
    public static bool IsNews(EngineEvent happened) =>
        happened is { Type: "network", Action: "connect" } or { Type: "container", Action: "start" or "rename" };

    /// <summary>Whether there is a network on which names matter.</summary>
    public bool IsWanted => store.Current.Networks.Values.Any(n => n.Logical is not null);

    /// <summary>Takes the names of running containers in.</summary>
    public void Learn(ImmutableArray<EngineContainer> containers)
    {
        foreach (var container in containers)
        {
            if (container.Names is not [var name, ..]) continue;
            foreach (var attachment in (container.NetworkSettings?.Networks?.Values ?? []).OfType<EngineAttachment>())
                Learn(new EndpointId(attachment.EndpointID), name.TrimStart('/'));
        }
    }

    void Learn(EndpointId id, string name)
    {
        if (store.Current.Endpoints.GetValueOrDefault(id) is not { } known || known.Container == name || store.Current.NetworkOf(known)?.Logical is null) return;
        if (store.Change(id, e => e with { Container = name }) is { } endpoint) converger.Touch(endpoint.Unit);
    }
}
