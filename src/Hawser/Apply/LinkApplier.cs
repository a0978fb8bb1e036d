using System.Collections.Immutable;
using System.Net.Sockets;
using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Linux;

namespace Hawser.Apply;

/// <summary>Makes links as a plan wants them: veth pairs, gateway addresses, uplinks. Called by the converger only.</summary>
sealed class LinkApplier(LinkTable links) : IDisposable
{
    readonly RouteNetlink _routes = new();

    /// <summary>Makes the veth pairs that are absent, in as few system calls as can be.</summary>
    /// <returns>For each pair why it is not there, or null: a link of its name belongs to somebody else, for example.</returns>
    public IReadOnlyList<Exception?> Ensure(IReadOnlyList<DesiredVeth> veths)
    {
        var failures = new Exception?[veths.Count];
        var absent = new List<int>();
        for (var i = 0; i < veths.Count; i++)
        {
            if (links.Find(veths[i].HostEnd) is { } known && Names.ParseAlias(known.Alias) is not null) failures[i] = Adopt(known, veths[i]);
            else if (veths[i].MayBeMade) absent.Add(i);
            // A link that was made a moment ago may not be in the table yet. ovs-vswitchd does not tell of one that is gone:
            // on the userspace datapath its port keeps its number.
            else if (_routes.FindLink(veths[i].HostEnd) is null) failures[i] = new PluginException($"link {veths[i].HostEnd} is gone; restart the container");
        }
        var made = _routes.AddVeths([.. absent.Select(i => Spec(veths[i]))]);
        foreach (var (i, failure) in absent.Zip(made))
        {
            failures[i] = failure is null ? Finish(veths[i]) : failure.IsAlreadyThere && IsOurs(veths[i]) ? null : Explain(veths[i], failure);
        }
        return failures;
    }

    /// <summary>Brings a gateway link up with its addresses.</summary>
    /// <returns>False if the link does not exist yet: ovs-vswitchd makes it.</returns>
    public bool Ensure(DesiredGateway gateway)
    {
        if (_routes.FindLink(gateway.Link) is not { } link) return gateway.Present.IsEmpty;
        var held = _routes.DumpAddresses().Where(a => a.Index == link.Index).Select(a => new LinkAddress(a.Address, a.PrefixLength)).ToImmutableHashSet();
        foreach (var address in gateway.IsOnly ? held.Except(gateway.Present).Where(a => !a.Address.IsIPv6LinkLocal) : gateway.Absent.Where(held.Contains)) _routes.DeleteAddress(link.Index, address.Address, address.PrefixLength);
        if (gateway.Present.IsEmpty) return true;
        Set(gateway);
        foreach (var address in gateway.Present.Where(a => !held.Contains(a))) _routes.ReplaceAddress(link.Index, address.Address, address.PrefixLength);
        if (!link.IsUp) _routes.SetUp(link.Index);
        return true;
    }

    /// <summary>Brings an uplink up.</summary>
    public void EnsureUp(string name)
    {
        if (_routes.FindLink(name) is { IsUp: false } link) _routes.SetUp(link.Index);
    }

    public void Dispose() => _routes.Dispose();

    static VethSpec Spec(DesiredVeth veth) => new()
    {
        Name = veth.HostEnd,
        PeerName = veth.ContainerEnd,
        Mtu = veth.Mtu,
        PeerAddress = veth.Mac.ToPhysicalAddress(),
        Alias = veth.Alias,
        // The userspace datapath reads frames beside the kernel, which would answer ARP for any address of the host
        // here too, the gateway's among them, and lead the container's packets past the bridge.
        Arp = false,
    };

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
            // Half a pair would pass for a whole one at the next round.
            _routes.DeleteLink(veth.HostEnd);
            return e;
        }
    }

    bool IsOurs(DesiredVeth veth) => _routes.FindLink(veth.HostEnd) is { } found && Names.ParseAlias(found.Alias)?.Unit == Names.ParseAlias(veth.Alias)?.Unit;

    static Exception Explain(DesiredVeth veth, NetlinkException failure) => failure.IsAlreadyThere
        ? new PluginException($"a link named {veth.HostEnd} or {veth.ContainerEnd} exists and is not this endpoint's: {failure.Message}", failure)
        : failure;

    // State was lost and the endpoint was taken over from Docker: the mark becomes ours. The container's end is out of reach.
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

    static void Set(DesiredGateway gateway)
    {
        var families = gateway.Present.Select(a => a.Address.AddressFamily).ToHashSet();
        if (families.Contains(AddressFamily.InterNetwork))
        {
            // Published ports are reached by 127.0.0.1 too; what containers could do with it is dropped (FirewallPlan).
            Set("1", "net", "ipv4", "conf", gateway.Link, "route_localnet");
        }
        if (families.Contains(AddressFamily.InterNetworkV6))
        {
            Set("0", "net", "ipv6", "conf", gateway.Link, "disable_ipv6");
            Set("0", "net", "ipv6", "conf", gateway.Link, "accept_ra");
        }
    }

    static void Set(string value, params string[] key)
    {
        if (Sysctl.Read(key) != value) Sysctl.Write(value, key);
    }
}
