using Hawser.Apply;
using Hawser.Core;
using Hawser.Ovn;

namespace Hawser.Admin;

/// <summary>Tells the user what hosts share, and takes what it has from a host that is gone for good.</summary>
sealed class OvnAdmin(AddressPlan plan, SharedRows shared)
{
    public async Task<IpamReport> PoolsAsync(CancellationToken ct) => new([.. from p in await plan.ReadAllAsync(ct)
        select new PoolReport(p.Pool.Subnet.ToString(), p.Pool.Vrf, p.Pool.Space, [.. p.Hosts.Keys],
            [.. p.Claims.OrderBy(c => c.Key.GetAddressBytes(), ByteOrder).Select(c => new ClaimReport(c.Key.ToString(), c.Value))])]);

    /// <summary>Tells what a host has; changes nothing.</summary>
    public Task<HostReport> LookAtHostAsync(HostRequest request, CancellationToken ct) => VisitHostAsync(request, isForgotten: false, ct);

    /// <summary>Takes all that a host has.</summary>
    public Task<HostReport> ForgetHostAsync(HostRequest request, CancellationToken ct) => VisitHostAsync(request, isForgotten: true, ct);

    async Task<HostReport> VisitHostAsync(HostRequest request, bool isForgotten, CancellationToken ct)
    {
        var host = request.Host;
        var isThis = host == await plan.ReadyAsync(ct);
        var pools = (await plan.ReadAllAsync(ct))
            .Where(p => isThis ? plan.IsLeftBehind(p) : p.Hosts.ContainsKey(host) || p.Claims.ContainsValue(host))
            .ToList();
        if (isThis && pools.Count == 0)
            throw new PluginException($"host {host} is this one, and lives: remove its containers and networks with docker");
        // Rows that an earlier installation left on this host are orphans, which `hawser purge` removes.
        var (ports, switches) = (0, 0);
        if (!isThis) (ports, switches) = isForgotten ? await shared.ForgetHostAsync(host, ct) : await shared.CountAsync(host, ct);
        if (isForgotten)
        {
            foreach (var pool in pools) await plan.ForgetHostAsync(pool.Pool, host, ct);
        }
        return new HostReport(host, pools.Count, pools.Sum(p => p.Claims.Values.Count(h => h == host)), ports, switches);
    }

    static readonly Comparer<byte[]> ByteOrder = Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));
}
