using Hawser.Core;

namespace Hawser.Converge;

/// <summary>Decides when units that are not as they should be are looked at again unasked: after 1, 2, 4 … 30 seconds.</summary>
sealed class RetrySchedule(TimeProvider time)
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    readonly Dictionary<UnitId, Entry> _units = [];
    Round? _failed;
    Entry _failure;

    readonly record struct Entry(int Tries, long Due);

    /// <summary>How long until something is due, at most a given time.</summary>
    public TimeSpan Wait(TimeSpan atMost)
    {
        var now = time.GetTimestamp();
        var wait = _failed is null ? atMost : Shorter(atMost, time.GetElapsedTime(now, _failure.Due));
        if (_units.Count > 0) wait = Shorter(wait, time.GetElapsedTime(now, _units.Values.Min(e => e.Due)));
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>Takes the units that are due. Each is due again later, for the round that takes it may come to no outcome.</summary>
    /// <param name="isSettled">Whether a unit has become as it should be since its round. If so, it is not looked at again.</param>
    public IReadOnlyCollection<UnitId> Due(Func<UnitId, bool> isSettled)
    {
        var now = time.GetTimestamp();
        var (settled, due) = (new List<UnitId>(), new List<UnitId>());
        foreach (var (unit, entry) in _units)
        {
            if (entry.Due <= now) (isSettled(unit) ? settled : due).Add(unit);
        }
        foreach (var unit in settled) _units.Remove(unit);
        foreach (var unit in due) _units[unit] = After(_units[unit].Tries);
        return due;
    }

    /// <summary>Takes what failed rounds still have to do, once it is due.</summary>
    public Round? TakeFailed()
    {
        if (_failed is null || _failure.Due > time.GetTimestamp()) return null;
        var failed = _failed;
        _failed = null;
        return failed;
    }

    /// <summary>Notes a round's outcome for a unit.</summary>
    public void Note(UnitId unit, bool isSettled)
    {
        if (isSettled) _units.Remove(unit);
        else if (!_units.ContainsKey(unit)) _units[unit] = After(tries: 0);
    }

    /// <summary>Notes that a round failed as a whole: what it was to do is still to be done.</summary>
    public void NoteFailed(Round round)
    {
        if (_failed is null) _failure = After(_failure.Tries);
        _failed = _failed?.With(round) ?? round;
    }

    /// <summary>Notes that a round came to its end.</summary>
    public void NoteDone()
    {
        if (_failed is null) _failure = default;
    }

    Entry After(int tries)
    {
        var wait = Math.Min(Math.Pow(2, tries), Longest.TotalSeconds);
        return new Entry(tries + 1, time.GetTimestamp() + (long)(wait * time.TimestampFrequency));
    }

    static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
