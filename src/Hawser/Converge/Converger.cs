using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.Linux;
using Hawser.State;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.Converge;

/// <summary>
/// The one writer of the outside world. In rounds it takes what changed, plans it, and makes links, rows, addresses and
/// rules agree, in this order; what nothing asks for any more goes after. A container's start, a restart of the daemon,
/// a stranger's <c>ovs-vsctl del-port</c> and a reboot all take this path.
/// </summary>
sealed class Converger
{
    static readonly TimeSpan FullCheck = TimeSpan.FromSeconds(30);
    static readonly TimeSpan LongestBurst = TimeSpan.FromMilliseconds(20);

    readonly IntentStore _store;
    readonly Host _host;
    readonly ILogger _logger;
    readonly TimeProvider _time;
    readonly DirtyUnits _dirty = new();
    readonly Readiness _applied;
    readonly RetrySchedule _retries;
    readonly SwitchRows _rows;
    readonly IdleMemory _memory;
    readonly HashSet<UnitId> _held = [];
    readonly TaskCompletionSource _hostKnown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // Written by the loop; volatile, for calls and whoever asks for the status read them on other threads.
    volatile HostFacts _facts;
    volatile string? _firewallError;
    volatile bool _mayPrune;
    TaskCompletionSource _turn = NewTurn();
    long _heldSince;
    long _lastFullCheck;

    public Converger(IntentStore store, Host host, ILogger logger, TimeProvider time)
    {
        (_store, _host, _logger, _time) = (store, host, logger, time);
        _facts = new HostFacts { Instance = store.Instance };
        _applied = new Readiness(new AttachPace(time));
        _retries = new RetrySchedule(time);
        _memory = new IdleMemory(time);
        _rows = new SwitchRows(host, store, _applied, _dirty, logger);
        _lastFullCheck = time.GetTimestamp();
        Events = new HostEvents(store, _dirty, _applied, Statuses, host.Links);
    }

    /// <summary>What the rounds found, and where to wait for it.</summary>
    public UnitStatuses Statuses { get; } = new();

    /// <summary>Where the database and the kernel tell what changed.</summary>
    public HostEvents Events { get; }

    /// <summary>Whether Docker was asked what lives: before, nothing may be pruned.</summary>
    public bool MayPrune => _mayPrune;

    /// <summary>What the last plan knew of the host.</summary>
    public HostFacts Facts => _facts;

    /// <summary>Why the firewall is not as it should be, or null if it is.</summary>
    public string? FirewallError => _firewallError;

    /// <summary>Lets surplus be pruned from now on, and looks for it.</summary>
    public void AllowPruning()
    {
        if (!_store.IsComplete) return;
        _mayPrune = true;
        _dirty.TouchAll();
    }

    /// <summary>Whether an endpoint's link exists. It goes with the container's namespace.</summary>
    public bool HasLink(EndpointId endpoint) => _host.Links.Find(Names.HostEnd(endpoint)) is not null;

    /// <summary>Has a unit looked at, and waits until it has come to a goal.</summary>
    /// <exception cref="PluginException">It failed or the deadline passed.</exception>
    public Task SettleAsync(UnitId unit, Goal goal, TimeSpan deadline, CancellationToken ct, bool firewall = false) =>
        Statuses.WaitAsync(unit, goal, _ => _dirty.Touch(unit, firewall), deadline, ct);

    /// <summary>Waits until a unit has come to a goal. It is looked at anew only if no round is at work on it.</summary>
    /// <exception cref="PluginException">It failed or the deadline passed.</exception>
    public Task FollowAsync(UnitId unit, Goal goal, TimeSpan deadline, CancellationToken ct) =>
        Statuses.WaitAsync(unit, goal, status => status is { State: UnitState.Linked or UnitState.Applied } ? status.Revision : _dirty.Touch(unit), deadline, ct);

    /// <summary>Removes units of other installations that belong to nothing that is known.</summary>
    public async Task PurgeAsync(IReadOnlyCollection<UnitId> units, TimeSpan deadline, CancellationToken ct)
    {
        foreach (var unit in units.Distinct()) await Statuses.WaitAsync(unit, Goal.Removed, _ => _dirty.Purge([unit]), deadline, ct);
    }

    /// <summary>Has a unit looked at.</summary>
    public void Touch(UnitId unit, bool firewall = false) => _dirty.Touch(unit, firewall);

    /// <summary>Has everything looked at.</summary>
    public void TouchAll() => _dirty.TouchAll();

    /// <summary>Has the firewall's plan applied.</summary>
    public void TouchFirewall() => _dirty.TouchFirewall();

    /// <summary>Completes once the loop has come round: it neither hangs nor has ended.</summary>
    public Task ComeRoundAsync(CancellationToken ct)
    {
        var turn = _turn.Task;
        _dirty.Nudge();
        return turn.WaitAsync(ct);
    }

    /// <summary>Runs rounds until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        _host.Links.Reset(Host.DumpLinks);
        _facts = _facts with { HasKernelDatapath = GenericNetlink.HasFamily("ovs_datapath") };
        _dirty.TouchAll();
        while (true)
        {
            var untilCheck = FullCheck - _time.GetElapsedTime(_lastFullCheck);
            var round = await _dirty.TakeAsync(Shortest(untilCheck, _retries.Wait(FullCheck), _memory.Wait(FullCheck), _held.Count > 0 ? _applied.Pace.Hold(_held.Count) : FullCheck), ct);
            if (_time.GetElapsedTime(_lastFullCheck) >= FullCheck) round = round with { All = true, Firewall = true };
            if (_retries.TakeFailed() is { } failed) round = round.With(failed);
            if (round.All) _lastFullCheck = _time.GetTimestamp();
            round = round with { Units = round.Units.Union(_retries.Due(Statuses.IsReady)).Union(_held) };
            _memory.Note(round.HasWork);
            if (round.HasWork) await TryRoundAsync(round, ct);
            Interlocked.Exchange(ref _turn, NewTurn()).SetResult();
        }
    }

    static TaskCompletionSource NewTurn() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [SuppressMessage("Design", "CA1031", Justification = "One of the edges: a round that fails must not end the loop that would mend it.")]
    async Task TryRoundAsync(Round round, CancellationToken ct)
    {
        try
        {
            RefreshFacts(ref round);
            await RunRoundAsync(round, ct);
            _retries.NoteDone();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            _logger.RoundFailed(e);
            Postpone(round, e.Message);
        }
    }

    // How far it came is not known, so all of it is still to be done. Until then no rule passes for being there.
    void Postpone(Round round, string reason)
    {
        foreach (var unit in round.Units)
        {
            Statuses.Report(unit, new UnitStatus(UnitState.Pending, reason, round.Revision));
            _retries.Note(unit, isSettled: false);
        }
        if (round.Firewall) _firewallError ??= reason;
        _retries.NoteFailed(round with { Units = round.Purge });
    }

    /// <summary>Waits until the database answers, and what it says of the host was taken in.</summary>
    /// <exception cref="PluginException">It does not within the deadline.</exception>
    public async Task DatabaseReadyAsync(TimeSpan deadline, CancellationToken ct)
    {
        if (_host.Replica.IsLive && _hostKnown.Task.IsCompleted) return;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waiting.CancelAfter(deadline);
        try
        {
            await _host.Replica.WhenLiveAsync(waiting.Token);
            await _hostKnown.Task.WaitAsync(waiting.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new PluginException(_host.DatabaseUnreachable(null), e);
        }
    }

    async Task RunRoundAsync(Round round, CancellationToken ct)
    {
        var intent = _store.Current;
        var context = new RoundContext(intent, _facts);
        var units = Plan(round, context);
        var outcomes = new RoundOutcomes(units);
        if (!_hostKnown.Task.IsCompleted)
        {
            // The database may come at this moment, and what was planned without it must not be written there.
            foreach (var unit in units) outcomes.Set(unit.Unit, UnitState.Pending, _host.DatabaseUnreachable(null));
            Report(outcomes, intent, round);
            return;
        }

        // The daemons of OVN and of Open vSwitch begin with their parts of a port as soon as they have its rows, so neither
        // database waits for the other. A port that OVN's refuses is never bound, and goes again when Docker has been told.
        var northbound = _host.NorthboundApplier.ApplyAsync(outcomes.Open, context, ct);
        MakeLinks(outcomes);
        var arriving = HoldBack(outcomes);
        var rows = _rows.ApplyAsync(outcomes, _facts.Ovn.Bridge, ct);
        var failures = await northbound;
        _held.ExceptWith(failures.Keys);
        foreach (var unit in arriving.Where(u => !failures.ContainsKey(u))) Statuses.Report(unit, new UnitStatus(UnitState.Linked, "its port was not written to Open vSwitch's database yet", round.Revision));
        await rows;
        foreach (var (unit, (state, detail)) in failures) outcomes.Set(unit, state, detail);
        SetAddresses(outcomes, context);
        // Who needs no rule does not wait for iptables.
        Evaluate(outcomes, context, outcomes.Open.Where(u => !NeedsRules(u, context)));
        Report(outcomes, intent, round);
        await ApplyFirewallAsync(round, intent, ct);
        Evaluate(outcomes, context, outcomes.Open);
        Report(outcomes, intent, round);
        if (round.All) BuryStrays();
    }

    void Report(RoundOutcomes outcomes, HostIntent intent, Round round)
    {
        foreach (var (unit, found, said) in outcomes.TakeResults())
        {
            var (state, detail) = (found, said);
            var unburied = Bury(unit, found, intent, round.Purge);
            if (unburied is not null) (state, detail) = (found == UnitState.Gone ? UnitState.Failed : found, unburied);
            var isWrong = state == UnitState.Failed || unburied is not null;
            if (isWrong && Statuses[unit]?.Detail != detail) _logger.UnitFailed(unit.Value, detail);
            _retries.Note(unit, unburied is null && state is UnitState.Ready or UnitState.Gone);
            Statuses.Report(unit, new UnitStatus(state, detail, round.Revision));
        }
    }

    void RefreshFacts(ref Round round)
    {
        if (!Events.TakeFactsAreStale() && !round.All || _host.Replica.Current is not { } snapshot) return;
        var lookalikes = _host.Links.All.Select(l => l.Name).Where(Names.LooksLikeDockersBridge).Order(StringComparer.Ordinal);
        var facts = _facts.With(snapshot) with { DockerLookalikes = [.. lookalikes] };
        if (!facts.Equals(_facts))
        {
            _facts = facts;
            round = round with { All = true, Firewall = true };
        }
        _hostKnown.TrySetResult();
    }

    List<PlannedUnit> Plan(Round round, RoundContext context)
    {
        var (intent, view) = (context.Intent, new NorthboundView(_host.Central.Current));
        // A network that goes, goes whole: its record is forgotten with its units.
        var units = round.Units.Concat(intent.Networks.Values.Where(n => n.IsRemoving && n.Units.Any(round.Units.Contains)).SelectMany(n => n.Units));
        if (round.All)
        {
            units = units.Concat(Planner.Units(intent));
            if (MayPrune)
            {
                var surplus = Surplus.Find(_host.Replica.Current, _host.Central, _host.Links.All, Planner.Units(intent).ToHashSet());
                units = units.Concat(surplus.Where(t => t.Instance == _store.Instance).Select(t => t.Unit));
            }
        }
        var planned = units.Distinct()
            .Select(u => new PlannedUnit(u, context.Plan(u, view), round.Purge.Contains(u) || IsBeingRemoved(u, intent)))
            .ToLookup(p => p.Desired is not null || p.OfAnyInstance || MayPrune);
        // Nothing asks for these, and they may not be removed: they are nobody's to look at again.
        foreach (var (unit, _, _) in planned[false].Where(p => Statuses.Forget(p.Unit))) _retries.Note(unit, isSettled: true);
        return [.. planned[true]];
    }

    static bool IsBeingRemoved(UnitId unit, HostIntent intent) =>
        unit.EndpointId is { } endpoint
            ? intent.Endpoints.GetValueOrDefault(endpoint)?.Phase == EndpointPhase.Removing
            : intent.Networks.Values.Any(n => n.IsRemoving && n.Units.Contains(unit));

    void MakeLinks(RoundOutcomes outcomes)
    {
        var units = outcomes.Open.Where(u => u.Desired?.Veth is not null).ToList();
        if (units.Count == 0) return;
        foreach (var (unit, failure) in units.Zip(_host.LinkApplier.Ensure([.. units.Select(u => u.Desired!.Veth!)])))
        {
            if (failure is not null) outcomes.Set(unit.Unit, UnitState.Failed, failure.Message);
        }
    }

    // New endpoints only, which it returns: a change to what works, or a removal, goes at once.
    List<UnitId> HoldBack(RoundOutcomes outcomes)
    {
        var arriving = outcomes.Open.Where(u => u.Desired?.Veth is not null && Statuses[u.Unit]?.State is null or UnitState.Linked).ToList();
        if (_held.Count == 0) _heldSince = _time.GetTimestamp();
        _held.Clear();
        if (arriving.Count > 0 && (_applied.Pace.Hold(arriving.Count) > TimeSpan.Zero || IsBurst()))
        {
            foreach (var unit in arriving)
            {
                _held.Add(unit.Unit);
                outcomes.Drop(unit);
            }
        }
        return [.. arriving.Select(u => u.Unit)];
    }

    // Others came while links were made: they go together, for ovs-vswitchd starts anew for every transaction.
    bool IsBurst() => _time.GetElapsedTime(_heldSince) < LongestBurst && _dirty.Waiting.Any(IsArriving);

    bool IsArriving(UnitId unit) => Statuses[unit] is null && unit.EndpointId is { } id
        && _store.Current.Endpoints.GetValueOrDefault(id) is { Phase: EndpointPhase.Reserved };

    static TimeSpan Shortest(params ReadOnlySpan<TimeSpan> spans)
    {
        var shortest = TimeSpan.MaxValue;
        foreach (var span in spans) shortest = span < shortest ? span : shortest;
        return shortest > TimeSpan.Zero ? shortest : TimeSpan.Zero;
    }

    void SetAddresses(RoundOutcomes outcomes, RoundContext context)
    {
        foreach (var unit in outcomes.Open)
        {
            outcomes.Try(unit, () =>
            {
                foreach (var uplink in unit.Desired?.Uplinks ?? []) _host.LinkApplier.EnsureUp(uplink);
                var gateways = unit.Desired?.Gateways ?? context.Leaving(unit.Unit, NorthboundView.Empty).Gateways;
                foreach (var gateway in gateways.Where(g => !_host.LinkApplier.Ensure(g)))
                    outcomes.Set(unit.Unit, UnitState.Applied, $"link {gateway.Link} does not exist yet; is ovs-vswitchd running?");
            });
        }
    }

    async Task ApplyFirewallAsync(Round round, HostIntent intent, CancellationToken ct)
    {
        if (!round.Firewall && _firewallError is null) return;
        try
        {
            await _host.Firewall.ApplyAsync(intent, _facts, ct);
            _host.Conntrack.Apply(intent);
            _firewallError = null;
        }
        catch (Exception e) when (e is LinuxException or ToolException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            if (_firewallError != e.Message) _logger.FirewallFailed(e);
            _firewallError = e.Message;
        }
    }

    void Evaluate(RoundOutcomes outcomes, RoundContext context, IEnumerable<PlannedUnit> units)
    {
        foreach (var planned in units)
        {
            var (unit, desired, _) = planned;
            if (desired is null) outcomes.Set(unit, UnitState.Gone, null);
            else if (_firewallError is not null && NeedsRules(planned, context)) outcomes.Set(unit, UnitState.Failed, $"the firewall's rules could not be applied: {_firewallError}");
            else
            {
                var (state, detail) = _applied.Progress(desired, _host.Replica.Current!, _host.Central.Current);
                outcomes.Set(unit, state, detail);
            }
        }
    }

    static bool NeedsRules(PlannedUnit planned, RoundContext context) =>
        planned.Desired?.NeedsRules ?? context.Leaving(planned.Unit, NorthboundView.Empty).HasRules;

    // The links of what is gone are queued, then the record is forgotten; a kill in between leaves marked links without
    // a unit, which the next start's full round queues again. Returns why a record could not be forgotten, or null.
    string? Bury(UnitId unit, UnitState state, HostIntent intent, ImmutableHashSet<UnitId> purge)
    {
        if (unit.EndpointId is { } endpoint && state == UnitState.Gone)
        {
            // A link that was made a moment ago is not in the table yet; it will be when the reaper comes. Rows of another
            // installation's endpoint make news here too.
            var isOurs = intent.Endpoints.ContainsKey(endpoint) || purge.Contains(unit);
            var mark = Names.ParseAlias(_host.Links.Find(Names.HostEnd(endpoint))?.Alias);
            var isDoomed = mark is null ? isOurs : mark.Value.Unit == unit && (isOurs || mark.Value.Instance == _store.Instance);
            if (isDoomed) _host.Reaper.Doom(Names.HostEnd(endpoint));
            return Forget(() => _store.Forget(endpoint));
        }
        if (unit.EndpointId is not null || state is not (UnitState.Gone or UnitState.Applied or UnitState.Ready)) return null;
        string? failure = null;
        // A router is told of last: it waits for the firewall.
        foreach (var network in intent.Networks.Values.Where(n => n.IsRemoving && n.Units[0] == unit))
            failure = Forget(() => _store.Forget(network.Id)) ?? failure;
        return failure;
    }

    // A record that stays, on a disk that is full or read-only, is its unit's trouble alone.
    static string? Forget(Action forget)
    {
        try
        {
            forget();
            return null;
        }
        catch (PluginException e)
        {
            return e.Message;
        }
    }

    void BuryStrays()
    {
        if (!MayPrune) return;
        var strays = Surplus.Find(null, null, _host.Links.All, Planner.Units(_store.Current).ToHashSet());
        foreach (var stray in strays.Where(t => t.Instance == _store.Instance)) _host.Reaper.Doom(stray.Name);
    }
}
