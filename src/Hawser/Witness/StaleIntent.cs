using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Logging;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Witness;

/// <summary>
/// Removes networks and endpoints that Docker asked for and no longer knows, once they have been missing for so long that
/// they cannot be on their way in.
/// </summary>
sealed class StaleIntent(IntentStore store, Converger converger, PortBook ports, ILogger logger, TimeProvider time)
{
    // Longer than any call lasts: an endpoint that is being created is not in Docker's lists yet.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    // The endpoint's link went with its container's namespace: the endpoint is not on its way in.
    static readonly TimeSpan GraceWithoutLink = TimeSpan.FromSeconds(3);
    const int FuseCount = 5;

    readonly Dictionary<string, long> _missingSince = [];
    volatile IReadOnlyList<NetworkId> _heldBack = [];
    string? _failure;

    /// <summary>Whether something is missing that has not been missing for long enough.</summary>
    public bool HasSuspects => _missingSince.Count > 0;

    /// <summary>Networks that Docker does not know, held back because they are too many to vanish at once.</summary>
    public IReadOnlyList<NetworkId> HeldBack => _heldBack;

    public void Remove(LivingThings living)
    {
        var intent = store.Current;
        var endpoints = intent.Endpoints.Values
            .Where(e => e is { Owner: IntentOwner.Docker, Phase: not EndpointPhase.Removing } && !living.EndpointIds.Contains(e.Id))
            .ToList();
        var networks = intent.Networks.Values
            .Where(n => n is { Owner: IntentOwner.Docker, IsRemoving: false } && !living.NetworkIds.Contains(n.Id))
            .ToList();
        Note([.. endpoints.Select(Key), .. networks.Select(Key)]);

        try
        {
            foreach (var endpoint in endpoints)
            {
                if (IsOver(Key(endpoint), converger.HasLink(endpoint.Id) ? Grace : GraceWithoutLink)) Remove(endpoint);
            }
            var ofDocker = intent.Networks.Values.Count(n => n.Owner == IntentOwner.Docker);
            RemoveNetworks([.. networks.Where(n => IsOver(Key(n), Grace))], ofDocker);
            _failure = null;
        }
        catch (PluginException e)
        {
            // The disk is full, say. What is missing is still missing at the next look, which tries again.
            if (_failure != e.Message) logger.StaleNotRemoved(e.Message);
            _failure = e.Message;
        }
    }

    void Remove(EndpointRecord endpoint)
    {
        if (store.Change(endpoint.Id, e => e with { Phase = EndpointPhase.Removing, Ports = [] }) is { } removing)
            converger.Touch(removing.Unit, firewall: true);
        logger.StaleEndpoint(endpoint.Id.Short);
        ports.Release(endpoint.Id);
    }

    // Containers come and go by the hundred; networks do not. A Docker that was started on another data folder knows none
    // of them, and must not cost a host all its bridges.
    void RemoveNetworks(List<NetworkRecord> networks, int ofDocker)
    {
        if (networks.Count > FuseCount && networks.Count * 5 > ofDocker)
        {
            if (HeldBack.Count != networks.Count) logger.FuseHeld(networks.Count, ofDocker);
            _heldBack = [.. networks.Select(n => n.Id)];
            return;
        }
        _heldBack = [];
        networks.ForEach(n => Remove(n.Id));
    }

    /// <summary>Removes a network that Docker does not know, with all endpoints on it: nothing would be planned for them.</summary>
    /// <exception cref="PluginException">The removal cannot be recorded.</exception>
    public void Remove(NetworkId id)
    {
        var endpoints = store.Current.Endpoints.Values.Where(e => e.Network == id && e.Phase != EndpointPhase.Removing);
        foreach (var endpoint in endpoints) Remove(endpoint);
        foreach (var unit in store.Change(id, n => n with { IsRemoving = true })?.Units ?? []) converger.Touch(unit, firewall: true);
        logger.StaleNetwork(id.Short);
    }

    void Note(IReadOnlyList<string> missing)
    {
        foreach (var key in _missingSince.Keys.Except(missing).ToList()) _missingSince.Remove(key);
        foreach (var key in missing) _missingSince.TryAdd(key, time.GetTimestamp());
    }

    bool IsOver(string key, TimeSpan grace) => _missingSince.TryGetValue(key, out var since) && time.GetElapsedTime(since) >= grace;

    static string Key(EndpointRecord endpoint) => $"endpoint {endpoint.Id}";

    static string Key(NetworkRecord network) => $"network {network.Id}";
}
