using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.State;

/// <summary>
/// Keeps intent: in memory as one immutable value, and in files that a start reads back. A record is in its file before
/// anyone can see the change (record first). It leaves the file only when all that it stood for is gone (forget last).
/// </summary>
sealed class IntentStore
{
    readonly Ledger<NetworkRecord> _networks;
    readonly Ledger<EndpointRecord> _endpoints;
    readonly Ledger<AttachmentRecord> _attachments;
    // The one lock that is held while files are written: intent has one writer at a time.
    readonly Lock _writing = new();
    volatile HostIntent _current = HostIntent.Empty;

    IntentStore(StateFolders folders)
    {
        _networks = new(n => n.Id.Value, Folder(folders.State, "networks", durable: true, IntentJson.Default.NetworkRecord));
        _endpoints = new(
            e => e.Id.Value,
            Folder(folders.State, "endpoints", durable: true, IntentJson.Default.EndpointRecord),
            // These records end with their containers, and change often.
            Folder(folders.Run, "endpoints", durable: false, IntentJson.Default.EndpointRecord), static e => e.Owner == IntentOwner.Docker);
        _attachments = new(a => a.Id.Value, Folder(folders.State, "attachments", durable: true, IntentJson.Default.AttachmentRecord));
        Instance = InstanceFile.ReadOrMake(folders.State);

        static RecordFolder<T> Folder<T>(string folder, string name, bool durable, JsonTypeInfo<T> type) where T : class =>
            new(Path.Combine(folder, name), durable, type);
    }

    /// <summary>This installation's id.</summary>
    public InstanceId Instance { get; }

    /// <summary>Whether every file could be read. If not, something that should exist is unknown, and nothing may be pruned.</summary>
    public bool IsComplete => Unreadable.IsEmpty;

    /// <summary>The files that could not be read.</summary>
    public ImmutableArray<string> Unreadable { get; private set; } = [];

    /// <summary>The intent that holds now.</summary>
    public HostIntent Current => _current;

    /// <summary>Reads what an earlier run recorded.</summary>
    public static IntentStore Load(StateFolders folders, ILogger logger)
    {
        var store = new IntentStore(folders);
        var intent = HostIntent.Empty;
        foreach (var network in store._networks.Load(OnUnreadable)) intent = intent.With(network);
        foreach (var endpoint in store._endpoints.Load(OnUnreadable)) intent = intent.With(endpoint);
        foreach (var attachment in store._attachments.Load(OnUnreadable)) intent = intent.With(attachment);
        store._current = intent;
        return store;

        void OnUnreadable(string file, Exception e)
        {
            store.Unreadable = store.Unreadable.Add(file);
            logger.RecordUnreadable(e, file);
        }
    }

    /// <summary>Records the network that a function makes from the current intent. If it returns null, nothing changes.</summary>
    /// <exception cref="PluginException">Its file cannot be written; nothing is changed.</exception>
    public NetworkRecord? Put(Func<HostIntent, NetworkRecord?> make)
    {
        lock (_writing)
        {
            if (make(_current) is not { } network) return null;
            _networks.Write(network, _current.Networks.GetValueOrDefault(network.Id));
            _current = _current.With(network);
            return network;
        }
    }

    /// <summary>Records the endpoint that a function makes from the current intent. If it returns null, nothing changes.</summary>
    /// <exception cref="PluginException">Its file cannot be written; nothing is changed.</exception>
    public EndpointRecord? Put(Func<HostIntent, EndpointRecord?> make)
    {
        lock (_writing)
        {
            if (make(_current) is not { } endpoint) return null;
            _endpoints.Write(endpoint, _current.Endpoints.GetValueOrDefault(endpoint.Id));
            _current = _current.With(endpoint);
            return endpoint;
        }
    }

    /// <summary>Records the attachment that a function makes from the current intent. If it returns null, nothing changes.</summary>
    /// <exception cref="PluginException">Its file cannot be written; nothing is changed.</exception>
    public AttachmentRecord? Put(Func<HostIntent, AttachmentRecord?> make)
    {
        lock (_writing)
        {
            if (make(_current) is not { } attachment) return null;
            _attachments.Write(attachment, _current.Attachments.GetValueOrDefault(attachment.Id));
            _current = _current.With(attachment);
            return attachment;
        }
    }

    /// <summary>Changes an endpoint that is known. Returns null if it is not.</summary>
    public EndpointRecord? Change(EndpointId id, Func<EndpointRecord, EndpointRecord> change) =>
        Put(intent => intent.Endpoints.TryGetValue(id, out var endpoint) ? change(endpoint) : null);

    /// <summary>Changes a network that is known. Returns null if it is not.</summary>
    public NetworkRecord? Change(NetworkId id, Func<NetworkRecord, NetworkRecord> change) =>
        Put(intent => intent.Networks.TryGetValue(id, out var network) ? change(network) : null);

    /// <summary>Changes an attachment that is known. Returns null if it is not.</summary>
    public AttachmentRecord? Change(AttachmentId id, Func<AttachmentRecord, AttachmentRecord> change) =>
        Put(intent => intent.Attachments.TryGetValue(id, out var attachment) ? change(attachment) : null);

    /// <summary>Forgets a network that is still being removed, once all of it is gone.</summary>
    /// <exception cref="PluginException">Its file cannot be deleted; it stays known.</exception>
    public void Forget(NetworkId id)
    {
        lock (_writing)
        {
            if (_current.Networks.GetValueOrDefault(id) is not { IsRemoving: true } network) return;
            _networks.Delete(network);
            _current = _current.Without(id);
        }
    }

    /// <summary>Forgets an endpoint that is still being removed, once all of it is gone.</summary>
    /// <exception cref="PluginException">Its file cannot be deleted; it stays known.</exception>
    public void Forget(EndpointId id)
    {
        lock (_writing)
        {
            if (_current.Endpoints.GetValueOrDefault(id) is not { Phase: EndpointPhase.Removing } endpoint) return;
            _endpoints.Delete(endpoint);
            _current = _current.Without(id);
        }
    }

    /// <summary>Forgets an attachment that is still being removed, once all of it is gone.</summary>
    /// <exception cref="PluginException">Its file cannot be deleted; it stays known.</exception>
    public void Forget(AttachmentId id)
    {
        lock (_writing)
        {
            if (_current.Attachments.GetValueOrDefault(id) is not { IsRemoving: true } attachment) return;
            _attachments.Delete(attachment);
            _current = _current.Without(id);
        }
    }
}
