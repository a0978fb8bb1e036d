using System.Collections.Concurrent;
using Hawser.Core;

namespace Hawser.State;

/// <summary>
/// The networks that dockerd had removed before all of its networks were taken over. dockerd reports a removal only once, and
/// a list of networks that it gave a moment before still has the network.
/// </summary>
sealed class RemovedNetworks
{
    readonly ConcurrentDictionary<NetworkId, bool> _removed = [];
    volatile bool _isOver;

    /// <summary>Notes a network, before its record is looked for.</summary>
    public void Add(NetworkId network)
    {
        if (!_isOver) _removed.TryAdd(network, true);
    }

    /// <summary>Whether a network was removed.</summary>
    public bool Contains(NetworkId network) => _removed.ContainsKey(network);

    /// <summary>Stops noting networks: nothing is taken over from now on.</summary>
    public void Close()
    {
        _isOver = true;
        _removed.Clear();
    }
}
