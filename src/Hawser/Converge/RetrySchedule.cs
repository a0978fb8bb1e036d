using Hawser.Core;

namespace Hawser.Converge;

/// <summary>When a unit that is not as it should be is looked at again without being asked: after 1, 2, 4 … 30 seconds.</summary>
sealed class RetrySchedule(TimeProvider time)
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    readonly Dictionary<UnitId, (int Tries, long Due)> _entries = [];

    /// <summary>How long until the next unit is due, at most a given time.</summary>
    public TimeSpan Wait(TimeSpan atMost)
    {
        if (_entries.Count == 0) return atMost;
        var wait = time.GetElapsedTime(time.GetTimestamp(), _entries.Values.Min(e => e.Due));
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < atMost ? wait : atMost;
    }

    /// <summary>The units that are due.</summary>
    public IReadOnlyCollection<UnitId> Due()
    {
        var now = time.GetTimestamp();
        return [.. _entries.Where(e => e.Value.Due <= now).Select(e => e.Key)];
    }

    /// <summary>Notes a round's outcome for a unit.</summary>
    public void Note(UnitId unit, bool isSettled)
    {
        if (isSettled)
        {
            _entries.Remove(unit);
            return;
        }
        var tries = _entries.GetValueOrDefault(unit).Tries;
        var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, tries), Longest.TotalSeconds));
        _entries[unit] = (tries + 1, time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency));
    }
}
