using System.Net;
using Hawser.Core.Intent;

namespace Hawser.Core.Ipam;

/// <summary>What a host has of a pool, according to what Docker told it.</summary>
public static class HostClaims
{
    /// <summary>The holder of an address that is a gateway's on every host.</summary>
    public const string Gateway = "gateway";

    /// <summary>The holder of an address that users kept out of the plan on every host.</summary>
    public const string Auxiliary = "auxiliary";

    /// <summary>The holder of what a swarm's managers took: the one that leads asks for all of it again, whichever it is.</summary>
    public const string Swarm = "swarm";

    /// <summary>The networks that use a pool. A network and its pool have the same domain, unless only one was told of it.</summary>
    public static IReadOnlyList<NetworkRecord> Networks(HostIntent intent, AddressPool pool)
    {
        if (pool.IsGlobal) return [];
        var networks = intent.Networks.Values.Where(n => !n.IsRemoving && n.Subnets.Any(s => s.Pool.Equals(pool.Subnet))).ToList();
        if (pool.Vrf.Length > 0) return [.. networks.Where(n => n.Logical?.Vrf is null || n.Logical.Vrf == pool.Vrf)];
        return networks.Any(n => n.Logical?.Vrf is null) ? [.. networks.Where(n => n.Logical?.Vrf is null)] : networks;
    }

    /// <summary>The endpoints of the networks that use a pool.</summary>
    public static IEnumerable<EndpointRecord> Endpoints(HostIntent intent, AddressPool pool) => Endpoints(intent, Networks(intent, pool));

    /// <summary>The addresses of a pool that this host's networks and endpoints have, with their holders.</summary>
    public static IReadOnlyDictionary<IPAddress, string> Of(HostIntent intent, AddressPool pool, string host) =>
        Of(intent, Networks(intent, pool), pool, host);

    /// <summary>The same for some of the networks.</summary>
    public static IReadOnlyDictionary<IPAddress, string> Of(
        HostIntent intent, IReadOnlyList<NetworkRecord> networks, AddressPool pool, string host)
    {
        var claims = new Dictionary<IPAddress, string>();
        foreach (var subnet in networks.SelectMany(n => n.Subnets).Where(s => s.Pool.Equals(pool.Subnet)))
        {
            if (subnet.Gateway is { } gateway) claims[gateway] = Gateway;
            foreach (var address in subnet.Auxiliary) claims[address] = Auxiliary;
        }
        var addresses = Endpoints(intent, networks)
            .SelectMany(e => new[] { e.Address, e.AddressIPv6 })
            .OfType<IPAddress>()
            .Where(pool.Subnet.Contains);
        foreach (var address in addresses) claims.TryAdd(address, host);
        return claims;
    }

    static IEnumerable<EndpointRecord> Endpoints(HostIntent intent, IEnumerable<NetworkRecord> networks)
    {
        var ids = networks.Select(n => n.Id).ToHashSet();
        return intent.Endpoints.Values.Where(e => e.Phase != EndpointPhase.Removing && ids.Contains(e.Network));
    }
}
