using System.Net;
using System.Net.Sockets;
using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Linux;

namespace Hawser.Apply;

/// <summary>
/// Makes the links of attachments: a veth pair whose one end is in the container. Its host end is in a group of its own until the
/// container's end has all that it needs, so that a pair that a kill left half-made is known and made anew. Only the converger
/// applies plans.
/// </summary>
sealed class AttachmentApplier(LinkTable links, NamespaceDoor door) : IDisposable
{
    // Any group that nobody else uses.
    const uint Unfinished = 0x68777201;
    const uint Default = 0;

    readonly RouteNetlink _routes = new();

    /// <summary>Makes what is missing. A unit whose link cannot be made gets the reason as its outcome.</summary>
    public Task ApplyAsync(RoundOutcomes outcomes, CancellationToken ct)
    {
        foreach (var unit in outcomes.Open)
        {
            ct.ThrowIfCancellationRequested();
            if (unit.Desired?.Attachment is { } wanted && !IsWhole(wanted)) outcomes.Try(unit, () => Make(unit.Unit, wanted, outcomes));
        }
        return Task.CompletedTask;
    }

    /// <summary>What differs, in sentences; nothing is changed.</summary>
    public IEnumerable<string> Differences(IEnumerable<PlannedUnit> units) =>
        from unit in units
        let wanted = unit.Desired?.Attachment
        where wanted is not null && !IsWhole(wanted)
        select $"link {wanted.HostEnd} is missing ({unit.Unit})";

    public void Dispose() => _routes.Dispose();

    bool IsWhole(DesiredAttachment wanted) => links.Find(wanted.HostEnd) is { Group: Default } link && link.Alias == wanted.Alias;

    void Make(UnitId unit, DesiredAttachment wanted, RoundOutcomes outcomes)
    {
        // The table may not have a pair yet that was made a moment ago.
        if (_routes.FindLink(wanted.HostEnd) is { } found)
        {
            if (Names.ParseAlias(found.Alias)?.Unit != unit)
                throw new PluginException($"a link named {wanted.HostEnd} exists and is not this attachment's");
            if (found.Group == Default) return;
            _routes.DeleteLink(wanted.HostEnd);
        }
        if (Open(wanted.Sandbox) is not { } sandbox)
        {
            outcomes.Set(unit, UnitState.Pending, $"the container's network namespace {wanted.Sandbox} is gone");
            return;
        }
        using (sandbox.Namespace)
        using (sandbox.Routes)
        {
            // A namespace of the container's earlier life may still be there, held by another process.
            foreach (var earlier in links.All.Where(l => l.Alias == wanted.Alias && l.Name != wanted.HostEnd))
                _routes.DeleteLink(earlier.Name);
            Make(wanted, sandbox.Namespace, sandbox.Routes);
        }
    }

    // Null if the container has ended.
    (NetworkNamespace Namespace, RouteNetlink Routes)? Open(string sandbox)
    {
        NetworkNamespace? opened = null;
        try
        {
            opened = NetworkNamespace.Open(sandbox, door);
            return (opened, opened.OpenRoutes());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            opened?.Dispose();
            return null;
        }
    }

    void Make(DesiredAttachment wanted, NetworkNamespace sandbox, RouteNetlink inside)
    {
        var name = wanted.Options.Link;
        if (inside.FindLink(name) is not null)
            throw new PluginException($"option --name: \"{name}\" is not allowed: the container has a link of that name");
        _routes.AddVeth(new VethSpec
        {
            Name = wanted.HostEnd,
            PeerName = name,
            PeerNamespace = sandbox,
            Mtu = wanted.Mtu,
            PeerAddress = wanted.Mac.ToPhysicalAddress(),
            Alias = wanted.Alias,
            Group = Unfinished,
            Arp = false,
        });
        try
        {
            Furnish(wanted, sandbox, inside);
            _routes.SetGroup(IndexOf(_routes, wanted.HostEnd), Default);
        }
        catch (Exception)
        {
            _routes.DeleteLink(wanted.HostEnd);
            throw;
        }
    }

    // Routes come when the link is up: the kernel refuses them by a link that is down.
    static void Furnish(DesiredAttachment wanted, NetworkNamespace sandbox, RouteNetlink inside)
    {
        var options = wanted.Options;
        var index = IndexOf(inside, options.Link);
        if (wanted.ChecksumInSoftware) sandbox.SetTxChecksumOffload(options.Link, false);
        if (options.Addresses.Any(a => a.IsIPv6)) sandbox.AllowIPv6(options.Link);
        foreach (var address in options.Addresses) inside.ReplaceAddress(index, address.Address, address.PrefixLength);
        inside.SetUp(index);
        foreach (var gateway in options.Gateways)
        {
            if (!inside.AddRoute(index, Everywhere(gateway), gateway))
            {
                throw new PluginException($"option --gateway: \"{gateway}\" is not allowed: the container has a default route already; "
                    + "name the subnets that this link is to lead to with --route");
            }
        }
        foreach (var route in options.Routes)
        {
            if (!inside.AddRoute(index, route.Destination, route.Gateway))
            {
                throw new PluginException(
                    $"option --route: \"{route}\" is not allowed: the container has a route to {route.Destination} already");
            }
        }
    }

    static int IndexOf(RouteNetlink routes, string link) =>
        routes.FindLink(link)?.Index ?? throw new PluginException("the container ended meanwhile");

    static IPNetwork Everywhere(IPAddress gateway) =>
        new(gateway.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
}
