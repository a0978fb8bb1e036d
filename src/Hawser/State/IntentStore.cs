using System.Collections.Immutable;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.State;

/// <summary>
/// Keeps intent: in memory as one immutable value, and in files that a start reads back. A record is in its file before
/// a change is visible to anyone (record first), and leaves it only when all that it stood for is gone (forget last).
/// </summary>
sealed class IntentStore
{
    readonly RecordFolder<NetworkRecord> _networks;
    readonly RecordFolder<EndpointRecord> _endpoints;
    // The one lock that is held while files are written: intent has one writer at a time.
    readonly Lock _writing = new();
    volatile HostIntent _current = HostIntent.Empty;

    IntentStore(StateFolders folders)
    {
        // Networks outlive a reboot and change rarely: they are synced. Endpoints end with a reboot: they live on tmpfs.
        _networks = new(Path.Combine(folders.State, "networks"), durable: true, IntentJson.Default.NetworkRecord);
        _endpoints = new(Path.Combine(folders.Run, "endpoints"), durable: false, IntentJson.Default.EndpointRecord);
        Instance = InstanceFile.ReadOrMake(folders.State);
    }

    /// <summary>This installation's id.</summary>
    public InstanceId Instance { get; }

    /// <summary>Whether every file could be read. If not, something that should exist is unknown, and nothing may be pruned.</summary>
    public bool IsComplete => Unreadable.IsEmpty;

    /// <summary>The files that could not be read.</summary>
    public ImmutableArray<string> Unreadable { get; private set; } = [];

    /// <summary>All that holds now.</summary>
    public HostIntent Current => _current;

    /// <summary>Reads what an earlier run recorded.</summary>
    public static IntentStore Load(StateFolders folders, ILogger logger)
    {
        var store = new IntentStore(folders);
        var intent = HostIntent.Empty;
        foreach (var network in store._networks.Load(OnUnreadable)) intent = intent.With(network);
        foreach (var endpoint in store._endpoints.Load(OnUnreadable)) intent = intent.With(endpoint);
        store._current = intent;
        return store;

        void OnUnreadable(string file, Exception e)
        {
            store.Unreadable = store.Unreadable.Add(file);
            logger.RecordUnreadable(e, file);
        }
    }

    /// <summary>Records the network that a function makes of what holds now; null changes nothing.</summary>
    /// <exception cref="PluginException">Its file cannot be written; nothing is changed.</exception>
    public NetworkRecord? Put(Func<HostIntent, NetworkRecord?> make)
    {
        lock (_writing)
        {
            if (make(_current) is not { } network) return null;
            if (_current.Networks.GetValueOrDefault(network.Id) is { } known && known.Equals(network)) return network;
            _networks.Write(network.Id.Value, network);
            _current = _current.With(network);
            return network;
        }
    }

    /// <summary>Records the endpoint that a function makes of what holds now; null changes nothing.</summary>
    /// <exception cref="PluginException">Its file cannot be written; nothing is changed.</exception>
    public EndpointRecord? Put(Func<HostIntent, EndpointRecord?> make)
    {
        lock (_writing)
        {
            if (make(_current) is not { } endpoint) return null;
            if (_current.Endpoints.GetValueOrDefault(endpoint.Id) is { } known && known.Equals(endpoint)) return endpoint;
            _endpoints.Write(endpoint.Id.Value, endpoint);
            _current = _current.With(endpoint);
            return endpoint;
        }
    }

    /// <summary>Changes an endpoint that is known; null if it is not.</summary>
    public EndpointRecord? Change(EndpointId id, Func<EndpointRecord, EndpointRecord> change) =>
        Put(intent => intent.Endpoints.TryGetValue(id, out var endpoint) ? change(endpoint) : null);

    /// <summary>Changes a network that is known; null if it is not.</summary>
    public NetworkRecord? Change(NetworkId id, Func<NetworkRecord, NetworkRecord> change) =>
        Put(intent => intent.Networks.TryGetValue(id, out var network) ? change(network) : null);

    /// <summary>Forgets a network that is still being removed, once all of it is gone.</summary>
    /// <exception cref="PluginException">Its file cannot be deleted; it stays known.</exception>
    public void Forget(NetworkId id)
    {
        lock (_writing)
        {
            if (_current.Networks.GetValueOrDefault(id) is not { IsRemoving: true }) return;
            _networks.Delete(id.Value);
            _current = _current.Without(id);
        }
    }

    /// <summary>Forgets an endpoint that is still being removed, once all of it is gone.</summary>
    /// <exception cref="PluginException">Its file cannot be deleted; it stays known.</exception>
    public void Forget(EndpointId id)
    {
        lock (_writing)
        {
            if (_current.Endpoints.GetValueOrDefault(id) is not { Phase: EndpointPhase.Removing }) return;
            _endpoints.Delete(id.Value);
            _current = _current.Without(id);
        }
    }
}
