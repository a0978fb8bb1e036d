using System.Net;
using Hawser.Core;
using Hawser.Core.Ipam;
using Hawser.Docker;
using Hawser.Docker.Engine;
using Hawser.Logging;
using Hawser.Ovn;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Witness;

/// <summary>
/// Compares the address plan with what lives on this host, both ways. An address that this host claimed and no container
/// has is given back: dockerd died between two calls, or the database was away. A pool that the database has lost is made
/// again, with the addresses of the running containers.
/// </summary>
sealed class AddressAudit(
    AddressPlan plan, ClaimDoubts doubts, OvnCentral central, IntentStore store, DriverNames drivers, ILogger logger, TimeProvider time)
{
    // Longer than any call lasts: an address is claimed before its endpoint is made.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Period = TimeSpan.FromMinutes(5);
    static readonly TimeSpan CloseLook = TimeSpan.FromSeconds(5);
    static readonly TimeSpan UrgentLook = TimeSpan.FromSeconds(1);

    readonly Dictionary<(string Pool, IPAddress Address), long> _unusedSince = [];
    long? _lookedAt;
    string? _failure;

    /// <summary>How long until the claims are to be compared, or null while they cannot be.</summary>
    public TimeSpan? UntilLook
    {
        get
        {
            if (central.Live is null || central.Chassis is null) return null;
            if (_lookedAt is not { } lookedAt) return TimeSpan.Zero;
            var passed = time.GetElapsedTime(lookedAt);
            var pace = Period;
            if (_unusedSince.Count > 0) pace = passed + Grace - time.GetElapsedTime(_unusedSince.Values.Min());
            // What could not be given back is tried again at this pace, too.
            if (doubts.IsSuspect || pace < CloseLook) pace = CloseLook;
            if (doubts.IsUrgent) pace = UrgentLook;
            return pace > passed ? pace - passed : TimeSpan.Zero;
        }
    }

    /// <summary>Compares, if it is time to. The caller has just asked Docker what lives.</summary>
    public async Task LookAsync(LivingThings living, CancellationToken ct)
    {
        if (UntilLook != TimeSpan.Zero || central.Chassis is not { } chassis) return;
        _lookedAt = time.GetTimestamp();
        doubts.TakeUrgency();
        try
        {
            var pools = await plan.ReadAllAsync(ct);
            // The tasks that have a swarm's addresses run on any node: only the managers know when an address goes.
            var ours = pools.Where(p => !p.Pool.IsGlobal && plan.IsShared(p)).ToList();
            await GiveBackAsync(ours, living, chassis, ct);
            await RestoreAsync(pools, living, chassis, ct);
            _failure = null;
        }
        catch (PluginException e)
        {
            if (_failure != e.Message) logger.AuditFailed(e.Message);
            _failure = e.Message;
            doubts.Doubt();
        }
    }

    async Task GiveBackAsync(IReadOnlyList<PoolContents> ours, LivingThings living, string chassis, CancellationToken ct)
    {
        var domains = living.Networks.ToDictionary(n => new NetworkId(n.Id), DomainOf);
        var subnets = store.Current.Networks.Values
            .SelectMany(n => n.Subnets.Select(s => (Network: n.Id, Subnet: s.Pool)))
            .Concat(living.Subnets)
            .ToLookup(s => s.Subnet, s => s.Network);
        var used = store.Current.Endpoints.Values
            .SelectMany(e => new[] { e.Address, e.AddressIPv6 }.OfType<IPAddress>().Select(a => (e.Network, Address: a)))
            .Concat(living.Addresses)
            .ToLookup(a => a.Address, a => a.Network);
        // A pool that no network uses stands in the list as its subnet's base address, which no container can have.
        var without = ours
            .Where(p => !subnets[p.Pool.Subnet].Any(n => MayBeIn(n, p.Pool)))
            .Select(p => (p.Pool, Address: p.Pool.Subnet.BaseAddress));
        var claims =
            from p in ours
            from c in p.Claims
            where c.Value == chassis && !used[c.Key].Any(n => MayBeIn(n, p.Pool))
            select (p.Pool, Address: c.Key);
        var unused = claims.Concat(without).ToList();
        foreach (var gone in _unusedSince.Keys.Except(unused.Select(u => (u.Pool.Key, u.Address))).ToList()) _unusedSince.Remove(gone);
        foreach (var pool in unused.GroupBy(u => u.Pool))
        {
            var over = pool.Where(u => !_unusedSince.TryAdd((u.Pool.Key, u.Address), time.GetTimestamp())
                && time.GetElapsedTime(_unusedSince[(u.Pool.Key, u.Address)]) >= Grace).Select(u => u.Address).ToList();
            if (over.Count == 0) continue;
            logger.StaleClaims(over.Count, pool.Key.Subnet.ToString());
            if (over.Contains(pool.Key.Subnet.BaseAddress)) await plan.CloseAsync(pool.Key, ct);
            else await plan.ReleaseAsync(pool.Key, over, chassis, ct);
            foreach (var address in over) _unusedSince.Remove((pool.Key.Key, address));
        }

        // Docker was not asked for other drivers' networks: such a network may have its addresses from any pool.
        bool MayBeIn(NetworkId network, AddressPool pool) => !domains.TryGetValue(network, out var domain) || domain == pool.Vrf;
    }

    // The domain that a network's addresses come from, or null if another address manager gives them.
    string? DomainOf(EngineNetwork network) =>
        drivers.KindOf(network.IPAM?.Driver ?? "") is LogicalNetworks ? IpamDriver.VrfOf(network.IPAM!.Options) : null;

    async Task RestoreAsync(IReadOnlyList<PoolContents> pools, LivingThings living, string chassis, CancellationToken ct)
    {
        foreach (var network in living.Networks)
        {
            if (DomainOf(network) is not { } domain) continue;
            if (store.Current.Networks.GetValueOrDefault(new NetworkId(network.Id)) is not { IsRemoving: false } record) continue;
            foreach (var subnet in record.Subnets.Where(s => s.IsReal))
            {
                var pool = new AddressPool(AddressPool.LocalSpace, domain, subnet.Pool, null);
                var held = pools.FirstOrDefault(p => p.Pool.Key == pool.Key);
                var wanted = HostClaims.Of(store.Current, [record], pool, chassis);
                foreach (var (address, holder) in wanted)
                {
                    if (held?.Claims.GetValueOrDefault(address) is { } other && other != holder)
                        logger.ClaimContested(address.ToString(), pool.Subnet.ToString(), holder, other);
                }
                var missing = wanted.Keys.Count(a => held?.Claims.ContainsKey(a) != true);
                if (held is not null && plan.IsShared(held) && missing == 0) continue;
                logger.PoolRestored(subnet.Pool.ToString(), missing);
                await plan.OpenAsync(pool, ct);
            }
        }
    }
}
