using System.Net.Sockets;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.Linux;

namespace Hawser.Converge;

/// <summary>Keeps Hawser's chains in step with a plan, both families. Called by the converger only.</summary>
/// <param name="prefix">What the names of its chains start with.</param>
sealed class FirewallApplier(string prefix)
{
    readonly Family[] _families = [new(IpFamily.IPv4, AddressFamily.InterNetwork), new(IpFamily.IPv6, AddressFamily.InterNetworkV6)];
    Iptables? _iptables;
    bool _isBackEndDoubted;

    /// <summary>Whether a process that changed the firewall was started here.</summary>
    public bool IsOwnChild(int? process) => process is { } id && _iptables?.IsOwnChild(id) == true;

    /// <summary>Has the next application ask which back end is Docker's: it was started, perhaps with the other one.</summary>
    public void DoubtBackEnd() => Volatile.Write(ref _isBackEndDoubted, true);

    /// <summary>Applies what changed since the last time; the first time, and after a failure, everything.</summary>
    public async Task ApplyAsync(HostIntent intent, HostFacts facts, CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _isBackEndDoubted, false)) await FollowDockerAsync(ct);
        foreach (var family in _families)
        {
            var wanted = FirewallPlan.For(intent, facts, family.Address, prefix);
            if (family.Applied is { } applied && applied.Chains.SequenceEqual(wanted.Chains)) continue;
            if (family.Applied is { IsEmpty: false } known && !wanted.IsEmpty) await RestoreAsync(family, FirewallChange.Between(known, wanted), wanted, ct);
            else await ApplyWholeAsync(family, wanted, ct);
        }
    }

    /// <summary>
    /// Whether something of what was applied is no longer there; then all of it is declared anew with the next
    /// application. May run beside one: what was applied meanwhile is not judged.
    /// </summary>
    public async Task<bool> IsDamagedAsync(CancellationToken ct)
    {
        var damaged = false;
        foreach (var family in _families)
        {
            if (family.Applied is not { IsEmpty: false } applied) continue;
            var found = FirewallFound.Parse(await Tools().SaveAsync(family.Ip, null, ct), prefix);
            if (!found.Holds(applied)) damaged |= family.Distrust(applied);
        }
        return damaged;
    }

    /// <summary>What differs, in sentences; nothing is changed.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync(HostIntent intent, HostFacts facts, CancellationToken ct)
    {
        var differences = new List<string>();
        foreach (var family in _families)
        {
            var wanted = FirewallPlan.For(intent, facts, family.Address, prefix);
            var found = FirewallFound.Parse(await Tools().SaveAsync(family.Ip, null, ct), prefix);
            differences.AddRange(found.Differences(wanted).Select(d => $"{family.Ip} firewall: {d}"));
        }
        return differences;
    }

    // Every packet passes both back ends: rules that stayed in the former one would go on to count.
    async Task FollowDockerAsync(CancellationToken ct)
    {
        if (_iptables is not { } former || Iptables.Detect() is var now && now.Flavour == former.Flavour) return;
        _iptables = now;
        foreach (var family in _families)
        {
            family.Applied = null;
            var found = FirewallFound.Parse(await former.SaveAsync(family.Ip, null, ct), prefix);
            if (!found.Holds(FirewallPlan.Nothing)) await former.RestoreAsync(family.Ip, FirewallChange.Whole(FirewallPlan.Nothing, found), ct);
        }
    }

    // Docker may have been installed or switched to the other iptables since: asked anew for every whole application.
    async Task ApplyWholeAsync(Family family, FirewallPlan wanted, CancellationToken ct)
    {
        _iptables = null;
        var found = FirewallFound.Parse(await Tools().SaveAsync(family.Ip, null, ct), prefix);
        await RestoreAsync(family, found.Holds(wanted) && wanted.IsEmpty ? "" : FirewallChange.Whole(wanted, found), wanted, ct);
    }

    async Task RestoreAsync(Family family, string batch, FirewallPlan wanted, CancellationToken ct)
    {
        // Until the answer is there nobody knows what holds; a failure leaves it at that, and all is declared anew.
        family.Applied = null;
        if (batch.Length > 0) await Tools().RestoreAsync(family.Ip, batch, ct);
        family.Applied = wanted;
    }

    Iptables Tools() => _iptables ??= Iptables.Detect();

    sealed class Family(IpFamily ip, AddressFamily address)
    {
        public IpFamily Ip { get; } = ip;
        public AddressFamily Address { get; } = address;
        FirewallPlan? _applied;

        /// <summary>What is known to hold, or null if nobody knows.</summary>
        public FirewallPlan? Applied
        {
            get => Volatile.Read(ref _applied);
            set => Volatile.Write(ref _applied, value);
        }

        /// <summary>Takes it that a plan no longer holds, unless another was applied since.</summary>
        public bool Distrust(FirewallPlan plan) => Interlocked.CompareExchange(ref _applied, null, plan) == plan;
    }
}
