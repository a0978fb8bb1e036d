using System.Diagnostics.CodeAnalysis;
using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Logging;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Converge;

/// <summary>
/// The one writer of the outside world. In rounds it takes what changed, plans it, and makes links, rows, addresses and
/// rules agree, in this order. What nothing asks for any more goes afterwards. A container's start, a restart of the
/// daemon, a stranger's <c>ovs-vsctl del-port</c> and a reboot all take this path.
/// </summary>
sealed class Converger
{
    static readonly TimeSpan FullCheck = TimeSpan.FromSeconds(30);

    readonly IntentStore _store;
    readonly Host _host;
    readonly ILogger _logger;
    readonly TimeProvider _time;
    readonly DirtyUnits _dirty = new();
    readonly KnownHost _known;
    readonly Readiness _readiness;
    readonly Batching _batching;
    readonly FirewallRules _rules;
    readonly Burial _burial;
    readonly Verdicts _verdicts;
    readonly RetrySchedule _retries;
    readonly IdleMemory _memory;
    volatile bool _mayPrune;
    TaskCompletionSource _turn = NewTurn();
    long _lastFullCheck;

    public Converger(IntentStore store, Host host, ILogger logger, TimeProvider time)
    {
        (_store, _host, _logger, _time) = (store, host, logger, time);
        var pace = new AttachPace(time);
        _known = new KnownHost(host, store.Instance);
        _readiness = new Readiness(store, Statuses, pace);
        _batching = new Batching(store, _dirty, Statuses, pace, time);
        _rules = new FirewallRules(host, logger);
        _burial = new Burial(store, host);
        _retries = new RetrySchedule(time);
        _verdicts = new Verdicts(host, _readiness, _rules, _burial, Statuses, _retries, logger);
        _memory = new IdleMemory(time);
        _lastFullCheck = time.GetTimestamp();
        Events = new HostEvents(store, _dirty, _readiness, host.Links);
    }

    /// <summary>What the rounds found, and where to wait for it.</summary>
    public UnitStatuses Statuses { get; } = new();

    /// <summary>Receives what the databases and the kernel report.</summary>
    public HostEvents Events { get; }

    /// <summary>Whether Docker was asked what lives. Before that, nothing may be pruned.</summary>
    public bool MayPrune => _mayPrune;

    /// <summary>What the last plan knew of the host.</summary>
    public HostFacts Facts => _known.Facts;

    /// <summary>Why the firewall is not as it should be, or null if it is.</summary>
    public string? FirewallError => _rules.Error;

    /// <summary>Lets surplus be pruned from now on, and queues everything to find it.</summary>
    public void AllowPruning()
    {
        if (!_store.IsComplete) return;
        _mayPrune = true;
        _dirty.TouchAll();
    }

    /// <summary>Whether an endpoint's link exists. It goes with the container's namespace.</summary>
    public bool HasLink(EndpointId endpoint) => _host.Links.Find(Names.HostEnd(endpoint)) is not null;

    /// <summary>Waits until Open vSwitch's database answers and what it says of the host was read.</summary>
    /// <exception cref="PluginException">It does not within the deadline.</exception>
    public Task DatabaseReadyAsync(TimeSpan deadline, CancellationToken ct) => _known.WaitAsync(deadline, ct);

    /// <summary>Queues a unit for the next round, and waits until it reaches a goal.</summary>
    /// <exception cref="PluginException">It failed or the deadline passed.</exception>
    public Task SettleAsync(UnitId unit, Goal goal, TimeSpan deadline, CancellationToken ct, bool firewall = false) =>
        Statuses.WaitAsync(unit, goal, _ => _dirty.Touch(unit, firewall), deadline, ct);

    /// <summary>Waits until a unit reaches a goal. It is queued only if no round is at work on it.</summary>
    /// <exception cref="PluginException">It failed or the deadline passed.</exception>
    public Task FollowAsync(UnitId unit, Goal goal, TimeSpan deadline, CancellationToken ct) => Statuses.WaitAsync(
        unit, goal,
        status => status is { State: UnitState.Linked or UnitState.Applied } ? status.Revision : _dirty.Touch(unit),
        deadline, ct);

    /// <summary>Removes units of other installations that belong to nothing that is known.</summary>
    public async Task PurgeAsync(IReadOnlyCollection<UnitId> units, TimeSpan deadline, CancellationToken ct)
    {
        foreach (var unit in units.Distinct()) await Statuses.WaitAsync(unit, Goal.Removed, _ => _dirty.Purge([unit]), deadline, ct);
    }

    /// <summary>Queues a unit for the next round.</summary>
    public void Touch(UnitId unit, bool firewall = false) => _dirty.Touch(unit, firewall);

    /// <summary>Queues everything.</summary>
    public void TouchAll() => _dirty.TouchAll();

    /// <summary>Queues the firewall's plan.</summary>
    public void TouchFirewall() => _dirty.TouchFirewall();

    /// <summary>Completes once the loop has come round, which shows that it neither hangs nor has ended.</summary>
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
        _known.ReadKernel();
        _dirty.TouchAll();
        while (true)
        {
            var round = await NextRoundAsync(ct);
            _memory.Note(round.HasWork);
            if (round.HasWork) await TryRoundAsync(round, ct);
            Interlocked.Exchange(ref _turn, NewTurn()).SetResult();
        }
    }

    static TaskCompletionSource NewTurn() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    async Task<Round> NextRoundAsync(CancellationToken ct)
    {
        var untilCheck = FullCheck - _time.GetElapsedTime(_lastFullCheck);
        TimeSpan[] waits = [untilCheck, _retries.Wait(FullCheck), _memory.Wait(FullCheck), _batching.Wait(FullCheck)];
        var wait = waits.Min();
        var round = await _dirty.TakeAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, ct);
        if (_time.GetElapsedTime(_lastFullCheck) >= FullCheck) round = round with { All = true, Firewall = true };
        if (_retries.TakeFailed() is { } failed) round = round.With(failed);
        if (round.All) _lastFullCheck = _time.GetTimestamp();
        return round with { Units = round.Units.Union(_retries.Due(Statuses.IsReady)).Union(_batching.Held) };
    }

    [SuppressMessage("Design", "CA1031", Justification = "One of the edges: a round that fails must not end the loop that would mend it.")]
    async Task TryRoundAsync(Round round, CancellationToken ct)
    {
        try
        {
            if ((Events.TakeFactsAreStale() || round.All) && _known.Refresh()) round = round with { All = true, Firewall = true };
            await RunRoundAsync(round, ct);
            _retries.NoteDone();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            _logger.RoundFailed(e);
            Postpone(round, e.Message);
        }
    }

    // Nobody knows how far the round came, so all of it is still to be done. Until then no rule counts as being there.
    void Postpone(Round round, string reason)
    {
        foreach (var unit in round.Units)
        {
            Statuses.Report(unit, new UnitStatus(UnitState.Pending, reason, round.Revision));
            _retries.Note(unit, isSettled: false);
        }
        if (round.Firewall) _rules.Doubt(reason);
        _retries.NoteFailed(round with { Units = round.Purge });
    }

    async Task RunRoundAsync(Round round, CancellationToken ct)
    {
        var context = new RoundContext(_store.Current, Facts, new NorthboundView(_host.Central.Current));
        var outcomes = new RoundOutcomes(Plan(round, context));
        if (!_known.IsKnown)
        {
            // The database may become reachable at this moment. What was planned without it must not be written there.
            outcomes.Set(outcomes.Open, UnitState.Pending, _host.DatabaseUnreachable);
            _verdicts.Report(outcomes, context, round);
            return;
        }

        // The daemons of OVN and of Open vSwitch begin with their parts of a port as soon as they have its rows, so neither
        // database waits for the other. A port that OVN's database refuses is never bound, and goes once Docker has been told.
        var northbound = outcomes.Branch();
        var northboundDone = _host.NorthboundApplier.ApplyAsync(northbound, context, ct);
        _host.LinkApplier.Apply(outcomes);
        var arriving = _batching.HoldBack(outcomes);
        var rowsDone = WriteRowsAsync(outcomes, context, ct);
        await northboundDone;
        _batching.Release(northbound.Settled);
        foreach (var unit in arriving.Except(northbound.Settled))
        {
            var status = new UnitStatus(UnitState.Linked, "its port was not written to Open vSwitch's database yet", round.Revision);
            Statuses.Report(unit, status);
        }
        await rowsDone;
        outcomes.Merge(northbound);
        _host.GatewayApplier.Apply(outcomes, context);
        // Units that need no rule do not wait for iptables.
        _verdicts.Evaluate(outcomes, context, outcomes.Open.Where(u => !context.NeedsRules(u)));
        _verdicts.Report(outcomes, context, round);
        if (round.Firewall || _rules.Error is not null) await _rules.ApplyAsync(context, ct);
        _verdicts.Evaluate(outcomes, context, outcomes.Open);
        _verdicts.Report(outcomes, context, round);
        if (round.All && MayPrune) _burial.BuryStrays();
    }

    IEnumerable<PlannedUnit> Plan(Round round, RoundContext context)
    {
        var planned = RoundUnits.Of(round, context, _host, MayPrune).ToLookup(p => p.Desired is not null || p.OfAnyInstance || MayPrune);
        // Nothing asks for these, and they may not be removed: no round has to look at them again.
        foreach (var (unit, _, _) in planned[false].Where(p => Statuses.Forget(p.Unit))) _retries.Note(unit, isSettled: true);
        return planned[true];
    }

    async Task WriteRowsAsync(RoundOutcomes outcomes, RoundContext context, CancellationToken ct)
    {
        foreach (var commit in await _host.VswitchApplier.ApplyAsync(outcomes, context, ct))
        {
            _readiness.Await(commit.Changed, commit.Cfg, _host.Replica.Current);
            if (commit.ToLookAt.Count > 0) _dirty.Touch(commit.ToLookAt);
        }
    }
}
