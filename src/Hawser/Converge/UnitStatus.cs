using Hawser.Apply;
using Hawser.Core;

namespace Hawser.Converge;

/// <summary>What the last round found for a unit.</summary>
/// <param name="State">How far it has come.</param>
/// <param name="Detail">What is missing or wrong, in a sentence.</param>
/// <param name="Revision">The number of the last change that the round took in. Whoever waits for a later one keeps waiting.</param>
sealed record UnitStatus(UnitState State, string? Detail, long Revision);

/// <summary>What a waiter waits for.</summary>
enum Goal
{
    /// <summary>Its links are there.</summary>
    Linked,

    /// <summary>It works.</summary>
    Ready,

    /// <summary>It is gone; or others still need it, and what only the removed network needed is gone.</summary>
    Removed,
}

/// <summary>The status of every unit, and those who wait for a unit to reach a goal.</summary>
sealed class UnitStatuses
{
    readonly Lock _gate = new();
    readonly Dictionary<UnitId, UnitStatus> _statuses = [];
    readonly Dictionary<UnitId, List<Waiter>> _waiters = [];

    sealed record Waiter(Goal Goal, long Revision, TaskCompletionSource Done);

    public UnitStatus? this[UnitId unit]
    {
        get { lock (_gate) return _statuses.GetValueOrDefault(unit); }
    }

    /// <summary>Whether a unit is as it should be and nothing is left to do for it, as far as is known.</summary>
    public bool IsReady(UnitId unit) => this[unit] is { State: UnitState.Ready, Detail: null };

    /// <summary>All statuses at this moment.</summary>
    public IReadOnlyDictionary<UnitId, UnitStatus> All
    {
        get { lock (_gate) return new Dictionary<UnitId, UnitStatus>(_statuses); }
    }

    /// <summary>Records what a round found, and releases those who waited for it.</summary>
    public void Report(UnitId unit, UnitStatus status) => Report(unit, _ => status);

    // The function gets the known status. If it returns null, nothing changes.
    bool Report(UnitId unit, Func<UnitStatus?, UnitStatus?> make)
    {
        UnitStatus status;
        List<Waiter>? done;
        lock (_gate)
        {
            if (make(_statuses.GetValueOrDefault(unit)) is not { } made) return false;
            status = made;
            if (status.State == UnitState.Gone) _statuses.Remove(unit);
            else _statuses[unit] = status;
            if (!_waiters.TryGetValue(unit, out var waiting)) return true;
            done = waiting.Where(w => IsOver(w, status)).ToList();
            waiting.RemoveAll(done.Contains);
            if (waiting.Count == 0) _waiters.Remove(unit);
        }
        foreach (var waiter in done)
        {
            if (Reached(waiter.Goal, status.State)) waiter.Done.TrySetResult();
            else waiter.Done.TrySetException(new PluginException(status.Detail ?? $"{unit} was removed meanwhile"));
        }
        return true;
    }

    /// <summary>Records that an applied unit now has what the last round found missing.</summary>
    /// <returns>False if no round has found it applied.</returns>
    public bool Complete(UnitId unit) => Report(
        unit, known => known is { State: UnitState.Applied } ? known with { State = UnitState.Ready, Detail = null } : null);

    /// <summary>Forgets a unit that no round looks at any more, unless somebody waits for it.</summary>
    /// <returns>Whether it is forgotten.</returns>
    public bool Forget(UnitId unit)
    {
        lock (_gate)
        {
            if (_waiters.ContainsKey(unit)) return false;
            _statuses.Remove(unit);
            return true;
        }
    }

    /// <summary>Queues a unit if need be, and waits until it reaches a goal with that change taken in.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="goal">What is waited for.</param>
    /// <param name="touch">
    /// Gets the known status, and queues the unit if need be. Returns the number of the change that must be taken in.
    /// </param>
    /// <param name="deadline">How long to wait.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="PluginException">It failed, or the deadline passed; the message says what is missing.</exception>
    public async Task WaitAsync(UnitId unit, Goal goal, Func<UnitStatus?, long> touch, TimeSpan deadline, CancellationToken ct)
    {
        Waiter waiter;
        // The unit is queued under the lock: a round that ends before its waiter is known would report to nobody.
        lock (_gate)
        {
            waiter = new Waiter(
                goal, touch(_statuses.GetValueOrDefault(unit)),
                new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            if (!_waiters.TryGetValue(unit, out var waiting)) _waiters[unit] = waiting = [];
            waiting.Add(waiter);
        }
        try
        {
            await waiter.Done.Task.WaitAsync(deadline, ct);
        }
        catch (TimeoutException e)
        {
            throw new PluginException(
                $"not done after {deadline.TotalSeconds:0} s: {this[unit]?.Detail ?? $"{unit} was not looked at yet"}", e);
        }
        finally
        {
            lock (_gate)
            {
                if (_waiters.TryGetValue(unit, out var waiting) && waiting.Remove(waiter) && waiting.Count == 0) _waiters.Remove(unit);
            }
        }
    }

    static bool IsOver(Waiter waiter, UnitStatus status) =>
        status.Revision >= waiter.Revision && (Reached(waiter.Goal, status.State) || status.State is UnitState.Failed or UnitState.Gone);

    static bool Reached(Goal goal, UnitState state) => goal switch
    {
        Goal.Linked => state is UnitState.Linked or UnitState.Applied or UnitState.Ready,
        Goal.Ready => state == UnitState.Ready,
        _ => state is UnitState.Gone or UnitState.Applied or UnitState.Ready,
    };
}
