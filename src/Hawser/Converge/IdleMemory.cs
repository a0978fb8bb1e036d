namespace Hawser.Converge;

/// <summary>
/// Gives memory back once work has paused. The collector keeps what one burst of calls needed for the next burst, which may
/// be a week away on a quiet host.
/// </summary>
sealed class IdleMemory(TimeProvider time)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    long _workedAt = time.GetTimestamp();
    bool _hasWorked = true;

    /// <summary>How long until it is time to give memory back, at most a given time.</summary>
    public TimeSpan Wait(TimeSpan atMost) => _hasWorked && Remaining < atMost ? Remaining : atMost;

    TimeSpan Remaining => Pause - time.GetElapsedTime(_workedAt);

    /// <summary>Notes whether there was work. Gives memory back once there was none for long enough.</summary>
    public void Note(bool hasWorked)
    {
        if (hasWorked)
        {
            _hasWorked = true;
            _workedAt = time.GetTimestamp();
        }
        else if (_hasWorked && Remaining <= TimeSpan.Zero)
        {
            _hasWorked = false;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
