using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Linux;

namespace Hawser.Apply;

/// <summary>Makes the veth pairs that plans want. Only the converger applies plans.</summary>
sealed class LinkApplier(LinkTable links) : IDisposable
{
    readonly RouteNetlink _routes = new();

    /// <summary>Makes the missing pairs. A unit whose pair cannot be made gets the reason as its outcome.</summary>
    public Task ApplyAsync(RoundOutcomes outcomes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var units = outcomes.Open.Where(u => u.Desired?.Veth is not null).ToList();
        foreach (var (unit, failure) in units.Zip(Ensure([.. units.Select(u => u.Desired!.Veth!)])))
        {
            if (failure is not null) outcomes.Set(unit.Unit, UnitState.Failed, failure.Message);
        }
        return Task.CompletedTask;
    }

    /// <summary>What differs, in sentences; nothing is changed.</summary>
    public IEnumerable<string> Differences(IEnumerable<PlannedUnit> units) =>
        from unit in units
        let veth = unit.Desired?.Veth
        where veth is not null && links.Find(veth.HostEnd) is null
        select $"link {veth.HostEnd} is missing ({unit.Unit})";

    // Makes as few system calls as possible. Returns for each pair null, or why it is not there: for example, a link of its name
    // belongs to somebody else.
    Exception?[] Ensure(IReadOnlyList<DesiredVeth> veths)
    {
        var failures = new Exception?[veths.Count];
        var absent = new List<int>();
        for (var i = 0; i < veths.Count; i++)
        {
            if (links.Find(veths[i].HostEnd) is { } known && Names.ParseAlias(known.Alias) is not null)
                failures[i] = Adopt(known, veths[i]);
            else if (veths[i].MayBeMade)
                absent.Add(i);
            // The kernel is asked, because the table may not have a link yet that was made a moment ago. A link that is gone must
            // fail here: ovs-vswitchd does not report it on the userspace datapath, where its port keeps its number.
            else if (_routes.FindLink(veths[i].HostEnd) is null)
                failures[i] = new PluginException($"link {veths[i].HostEnd} is gone; restart the container");
        }
        var made = _routes.AddVeths([.. absent.Select(i => Spec(veths[i]))]);
        foreach (var (i, failure) in absent.Zip(made)) failures[i] = Conclude(veths[i], failure);
        return failures;
    }

    public void Dispose() => _routes.Dispose();

    static VethSpec Spec(DesiredVeth veth) => new()
    {
        Name = veth.HostEnd,
        PeerName = veth.ContainerEnd,
        Mtu = veth.Mtu,
        PeerAddress = veth.Mac.ToPhysicalAddress(),
        Alias = veth.Alias,
        // The userspace datapath reads frames beside the kernel. With ARP, the kernel would answer here too for any address
        // of the host, the gateway's included, and lead the container's packets past the bridge.
        Arp = false,
    };

    // What came of making a pair: null if it is there.
    Exception? Conclude(DesiredVeth veth, NetlinkException? failure)
    {
        if (failure is null) return Finish(veth);
        return failure.IsAlreadyThere && IsOurs(veth) ? null : Explain(veth, failure);
    }

    LinuxException? Finish(DesiredVeth veth)
    {
        if (!veth.ChecksumInSoftware) return null;
        try
        {
            Ethtool.SetTxChecksumOffload(veth.ContainerEnd, false);
            return null;
        }
        catch (LinuxException e)
        {
            // The next round would take this half-finished pair for a finished one.
            _routes.DeleteLink(veth.HostEnd);
            return e;
        }
    }

    bool IsOurs(DesiredVeth veth) =>
        _routes.FindLink(veth.HostEnd) is { } found && Names.ParseAlias(found.Alias)?.Unit == Names.ParseAlias(veth.Alias)?.Unit;

    static Exception Explain(DesiredVeth veth, NetlinkException failure) => failure.IsAlreadyThere
        ? new PluginException(
            $"a link named {veth.HostEnd} or {veth.ContainerEnd} exists and is not this endpoint's: {failure.Message}", failure)
        : failure;

    // State was lost and the endpoint was taken over from Docker: the link gets our mark. The container's end is out of reach.
    NetlinkException? Adopt(Link link, DesiredVeth veth)
    {
        if (link.Alias == veth.Alias || Names.ParseAlias(link.Alias)?.Unit != Names.ParseAlias(veth.Alias)?.Unit) return null;
        try
        {
            _routes.SetAlias(link.Index, veth.Alias);
            return null;
        }
        catch (NetlinkException e)
        {
            return e;
        }
    }
}
