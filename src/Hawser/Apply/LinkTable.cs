using Hawser.Linux;

namespace Hawser.Apply;

/// <summary>The host's links as rtnetlink reports them: dumped once, then kept current by its events.</summary>
sealed class LinkTable
{
    readonly Lock _gate = new();
    readonly Dictionary<int, Link> _byIndex = [];
    readonly Dictionary<string, int> _indexByName = new(StringComparer.Ordinal);

    /// <summary>Replaces all that is known. Events of that time are applied after it, because the dump may not show them.</summary>
    public void Reset(Func<IReadOnlyList<Link>> dump)
    {
        lock (_gate)
        {
            _byIndex.Clear();
            _indexByName.Clear();
            foreach (var link in dump()) Put(link);
        }
    }

    /// <summary>Applies an event. Returns the link as it was known before, if it was known.</summary>
    public Link? Apply(LinkChange change)
    {
        lock (_gate)
        {
            var known = _byIndex.GetValueOrDefault(change.Index);
            if (change.Address is not null) return known;
            if (known is not null) Remove(known);
            if (!change.Deleted && change.Link is { } link) Put(link);
            return known;
        }
    }

    public Link? Find(string name)
    {
        lock (_gate) return _indexByName.TryGetValue(name, out var index) ? _byIndex[index] : null;
    }

    /// <summary>All links at this moment.</summary>
    public IReadOnlyList<Link> All
    {
        get { lock (_gate) return [.. _byIndex.Values]; }
    }

    void Put(Link link)
    {
        _byIndex[link.Index] = link;
        _indexByName[link.Name] = link.Index;
    }

    void Remove(Link link)
    {
        _byIndex.Remove(link.Index);
        if (_indexByName.GetValueOrDefault(link.Name) == link.Index) _indexByName.Remove(link.Name);
    }
}
