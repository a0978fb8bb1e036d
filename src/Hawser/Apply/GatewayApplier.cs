using System.Collections.Immutable;
using System.Net.Sockets;
using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Linux;

namespace Hawser.Apply;

/// <summary>Gives links their gateway addresses, and brings these links and the uplinks up. Only the converger applies plans.</summary>
sealed class GatewayApplier : IDisposable
{
    readonly RouteNetlink _routes = new();

    /// <summary>Corrects what is not as it should be. A unit whose link does not exist yet gets that as its outcome.</summary>
    public Task ApplyAsync(RoundOutcomes outcomes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        foreach (var unit in outcomes.Open)
        {
            outcomes.Try(unit, () =>
            {
                foreach (var uplink in unit.Desired?.Uplinks ?? []) EnsureUp(uplink);
                foreach (var gateway in outcomes.Context.Gateways(unit).Where(g => !Ensure(g)))
                    outcomes.Set(unit.Unit, UnitState.Applied, $"link {gateway.Link} does not exist yet; is ovs-vswitchd running?");
            });
        }
        return Task.CompletedTask;
    }

    /// <summary>What differs, in sentences; nothing is changed.</summary>
    public static IEnumerable<string> Differences(IEnumerable<PlannedUnit> units)
    {
        using var routes = new RouteNetlink();
        var addresses = routes.DumpAddresses();
        foreach (var unit in units)
        {
            foreach (var gateway in unit.Desired?.Gateways ?? [])
            {
                var link = routes.FindLink(gateway.Link);
                if (link is null) yield return $"link {gateway.Link} is missing ({unit.Unit})";
                else if (!link.IsUp && !gateway.Present.IsEmpty) yield return $"link {gateway.Link} is down ({unit.Unit})";
                var held = addresses.Where(a => a.Index == link?.Index).Select(a => new LinkAddress(a.Address, a.PrefixLength)).ToHashSet();
                foreach (var address in gateway.Present.Where(a => !held.Contains(a)))
                    yield return $"link {gateway.Link}: address {address} is missing ({unit.Unit})";
            }
        }
    }

    public void Dispose() => _routes.Dispose();

    // Returns false if the link does not exist yet: ovs-vswitchd makes it.
    bool Ensure(DesiredGateway gateway)
    {
        if (_routes.FindLink(gateway.Link) is not { } link) return gateway.Present.IsEmpty;
        var held = _routes.DumpAddresses()
            .Where(a => a.Index == link.Index)
            .Select(a => new LinkAddress(a.Address, a.PrefixLength))
            .ToImmutableHashSet();
        var surplus = gateway.IsOnly
            ? held.Except(gateway.Present).Where(a => !a.Address.IsIPv6LinkLocal)
            : gateway.Absent.Where(held.Contains);
        foreach (var address in surplus) _routes.DeleteAddress(link.Index, address.Address, address.PrefixLength);
        if (gateway.Present.IsEmpty) return true;
        Set(gateway);
        foreach (var address in gateway.Present.Where(a => !held.Contains(a)))
            _routes.ReplaceAddress(link.Index, address.Address, address.PrefixLength);
        if (!link.IsUp) _routes.SetUp(link.Index);
        return true;
    }

    void EnsureUp(string name)
    {
        if (_routes.FindLink(name) is { IsUp: false } link) _routes.SetUp(link.Index);
    }

    static void Set(DesiredGateway gateway)
    {
        var families = gateway.Present.Select(a => a.Address.AddressFamily).ToHashSet();
        if (families.Contains(AddressFamily.InterNetwork))
        {
            // Published ports can be reached by 127.0.0.1 too. FirewallPlan drops what containers could do with that.
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
