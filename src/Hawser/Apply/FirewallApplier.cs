using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.Linux;

namespace Hawser.Apply;

/// <summary>
/// Keeps Hawser's chains in step with a plan, for both families, and makes the kernel forward what they let pass. Only the
/// converger applies plans.
/// </summary>
/// <param name="prefix">What the names of its chains start with.</param>
sealed class FirewallApplier(string prefix)
{
    // With forwarding on, the host would route for everyone. So whoever turns it on sets the policy of FORWARD to DROP. Docker
    // does so too, but not where forwarding is on already. IPv6 keeps its policy: before version 27, Docker has no rules there
    // that let the containers of its own bridges through.
    const string CloseForward = "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n";

    readonly Family[] _families =
    [
        new(IpFamily.IPv4, AddressFamily.InterNetwork, ["net", "ipv4", "ip_forward"]),
        new(IpFamily.IPv6, AddressFamily.InterNetworkV6, ["net", "ipv6", "conf", "all", "forwarding"]),
    ];
    // Whoever needs it first chooses it: the converger, the guard or a check from the command line, each on its own thread.
    volatile Iptables? _iptables;
    bool _isBackEndDoubted;
    // The back end that is not used may hold earlier rules: the host may have been switched away from it while Hawser did not run.
    bool _isOtherBackEndClean;

    /// <summary>Whether Hawser itself started the process that changed the firewall.</summary>
    public bool IsOwnChild(int? process) => process is { } id && _iptables?.IsOwnChild(id) == true;

    /// <summary>Makes the next ApplyAsync ask which back end Docker uses: Docker was started, perhaps with the other one.</summary>
    public void DoubtBackEnd() => Volatile.Write(ref _isBackEndDoubted, true);

    /// <summary>Applies what changed since the last time, or everything if it is the first time or the last one failed.</summary>
    public async Task ApplyAsync(RoundOutcomes outcomes, CancellationToken ct)
    {
        var (intent, facts) = (outcomes.Context.Intent, outcomes.Context.Facts);
        var plans = _families.Select(f => (Family: f, Wanted: FirewallPlan.For(intent, facts, f.Address, prefix))).ToList();
        // Docker may have been installed since, or switched to the other iptables: it is asked anew whenever a plan is applied whole.
        var isWhole = plans.Any(p => !Holds(p.Family.Applied, p.Wanted) && !IsChange(p.Family.Applied, p.Wanted));
        if (isWhole || Volatile.Read(ref _isBackEndDoubted)) FollowDocker();
        foreach (var (family, wanted) in plans)
        {
            await ApplyAsync(family, wanted, ct);
            // Forwarding comes last: nothing is forwarded before the rules are there.
            if (!wanted.IsEmpty && !family.IsForwarding) await ForwardAsync(family, ct);
        }
        await CleanOtherBackEndAsync(ct);
    }

    /// <summary>
    /// Whether part of what was applied is no longer there. If so, the next ApplyAsync declares all of it anew. This may run
    /// at the same time as ApplyAsync: a plan that is applied meanwhile is not judged.
    /// </summary>
    public async Task<bool> IsDamagedAsync(CancellationToken ct)
    {
        var damaged = false;
        foreach (var family in _families)
        {
            if (family.Applied is not { IsEmpty: false } applied) continue;
            var found = FirewallFound.Parse(await Tools().SaveAsync(family.Ip, null, ct), prefix);
            if (!found.Holds(applied) || !family.IsForwarding) damaged |= family.Distrust(applied);
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

    static bool Holds(FirewallPlan? known, FirewallPlan wanted) => known is not null && known.Chains.SequenceEqual(wanted.Chains);

    // If either plan is empty, it is no mere change: all rules are read first, because jumps of an earlier run may be there.
    static bool IsChange([NotNullWhen(true)] FirewallPlan? known, FirewallPlan wanted) => known is { IsEmpty: false } && !wanted.IsEmpty;

    async Task ApplyAsync(Family family, FirewallPlan wanted, CancellationToken ct)
    {
        // Read once: IsDamagedAsync may clear it meanwhile, on another thread.
        var known = family.Applied;
        if (Holds(known, wanted)) return;
        if (IsChange(known, wanted)) await RestoreAsync(family, FirewallChange.Between(known, wanted), wanted, ct);
        else await ApplyWholeAsync(family, wanted, ct);
    }

    async Task ForwardAsync(Family family, CancellationToken ct)
    {
        if (family.Ip == IpFamily.IPv4) await Tools().RestoreAsync(family.Ip, CloseForward, ct);
        family.Forward();
    }

    void FollowDocker()
    {
        // Cleared first: a doubt that comes meanwhile makes the next ApplyAsync ask again, and so does a failure to ask.
        Volatile.Write(ref _isBackEndDoubted, false);
        try
        {
            var now = Iptables.Detect();
            if (_iptables is { } known && known.Flavour == now.Flavour) return;
            _iptables = now;
        }
        catch (Exception)
        {
            DoubtBackEnd();
            throw;
        }
        foreach (var family in _families) family.Applied = null;
        _isOtherBackEndClean = false;
    }

    // Every packet passes both back ends: rules left in the other one would still count.
    async Task CleanOtherBackEndAsync(CancellationToken ct)
    {
        if (_isOtherBackEndClean) return;
        foreach (var family in _families)
        {
            if (Tools().Other(family.Ip) is not { } other) continue;
            if (await FindAsync(other, family.Ip, ct) is not { } found || found.Holds(FirewallPlan.Nothing)) continue;
            await other.RestoreAsync(family.Ip, FirewallChange.Whole(FirewallPlan.Nothing, found), ct);
        }
        _isOtherBackEndClean = true;
    }

    // Null where the kernel lacks the back end: then nothing is in it.
    async Task<FirewallFound?> FindAsync(Iptables iptables, IpFamily family, CancellationToken ct)
    {
        try
        {
            return FirewallFound.Parse(await iptables.SaveAsync(family, null, ct), prefix);
        }
        catch (ToolException)
        {
            return null;
        }
    }

    async Task ApplyWholeAsync(Family family, FirewallPlan wanted, CancellationToken ct)
    {
        var found = FirewallFound.Parse(await Tools().SaveAsync(family.Ip, null, ct), prefix);
        await RestoreAsync(family, found.Holds(wanted) && wanted.IsEmpty ? "" : FirewallChange.Whole(wanted, found), wanted, ct);
    }

    async Task RestoreAsync(Family family, string batch, FirewallPlan wanted, CancellationToken ct)
    {
        // Nobody knows what holds until the answer is there. After a failure that stays so, and everything is declared anew.
        family.Applied = null;
        if (batch.Length > 0) await Tools().RestoreAsync(family.Ip, batch, ct);
        family.Applied = wanted;
    }

    Iptables Tools()
    {
        if (_iptables is { } known) return known;
        var chosen = Iptables.Detect();
        // If two threads choose at once, both take the choice of the first: that object knows the programs that it starts.
        return Interlocked.CompareExchange(ref _iptables, chosen, null) ?? chosen;
    }

    sealed class Family(IpFamily ip, AddressFamily address, string[] forwarding)
    {
        public IpFamily Ip { get; } = ip;
        public AddressFamily Address { get; } = address;
        FirewallPlan? _applied;

        /// <summary>The plan that is known to hold, or null if nobody knows.</summary>
        public FirewallPlan? Applied
        {
            get => Volatile.Read(ref _applied);
            set => Volatile.Write(ref _applied, value);
        }

        /// <summary>Whether the kernel forwards packets of this family.</summary>
        public bool IsForwarding => Sysctl.Read(forwarding) == "1";

        /// <summary>Makes the kernel forward them.</summary>
        public void Forward() => Sysctl.Write("1", forwarding);

        /// <summary>Notes that a plan no longer holds, unless another was applied since.</summary>
        public bool Distrust(FirewallPlan plan) => Interlocked.CompareExchange(ref _applied, null, plan) == plan;
    }
}
