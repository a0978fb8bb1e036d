using System.Diagnostics.CodeAnalysis;
using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Logging;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Converge;

/// <summary>
/// The one writer of links, rows and rules. In rounds it takes what changed, plans it, and makes the outside world agree;
/// <see cref="RoundSteps"/> has the steps. A container's start, a restart of the daemon, a stranger's
/// <c>ovs-vsctl del-port</c> and a reboot all take this path.
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
    readonly Batching _batching;
    readonly FirewallRules _rules;
    readonly RetrySchedule _retries;
    readonly RoundSteps _steps;
    readonly IdleMemory _memory;
    volatile bool _mayPrune;
    TaskCompletionSource _turn = NewTurn();
    long _lastFullCheck;

    public Converger(IntentStore store, Host host, ILogger logger, TimeProvider time)
    {
        (_store, _host, _logger, _time) = (store, host, logger, time);
        var pace = new AttachPace(time);
        _known = new KnownHost(host, store.Instance);
        var readiness = new Readiness(store, Statuses, pace);
        _batching = new Batching(store, _dirty, Statuses, pace, time);
        _rules = new FirewallRules(host, logger);
        _retries = new RetrySchedule(time);
        var burial = new Burial(store, host);
        var verdicts = new Verdicts(host, readiness, _rules, burial, Statuses, _retries, logger);
        _steps = new RoundSteps(store, host, _known, _dirty, readiness, _batching, _rules, burial, verdicts, Statuses, _retries);
        _memory = new IdleMemory(time);
        _lastFullCheck = time.GetTimestamp();
        Events = new HostEvents(store, _dirty, readiness, host.Links);
    }

    /// <summary>What the rounds found, and where to wait for it.</summary>
    public UnitStatuses Statuses { get; } = new();

    /// <summary>Receives what the databases and the kernel report.</summary>
    public HostEvents Events { get; }

    /// <summary>Whether it is known what lives: Docker was asked, and every record was read. If not, nothing may be pruned.</summary>
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

    /// <summary>Waits until a unit reaches a goal. It is queued, unless its links are there and the rest is under way.</summary>
    /// <exception cref="PluginException">It failed or the deadline passed.</exception>
    public Task FollowAsync(UnitId unit, Goal goal, TimeSpan deadline, CancellationToken ct) => Statuses.WaitAsync(
        unit, goal,
        status => status is { State: UnitState.Linked or UnitState.Applied } ? status.Revision : _dirty.Touch(unit),
        deadline, ct);

    /// <summary>Removes units that belong to nothing that is known, whichever installation made them.</summary>
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

    /// <summary>Completes when the loop reaches the end of its next turn, which shows that it neither hangs nor has ended.</summary>
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
            await _steps.RunAsync(round, MayPrune, ct);
            _retries.NoteDone();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            _logger.RoundFailed(e);
            Postpone(round, e.Message);
        }
    }

    // Nobody knows how far the round came, so all of it is done again. Until that succeeds, no rule of the firewall counts as applied.
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
}
