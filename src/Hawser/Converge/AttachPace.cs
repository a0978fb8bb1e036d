namespace Hawser.Converge;

/// <summary>
/// Decides whether new ports go to the database at once or wait a moment for others. ovs-vswitchd looks at every port it
/// has whenever one is added, so ports that it gets together are cheaper than the same ports one by one. While it is at
/// work, it sees nothing new. A port that comes alone never waits.
/// </summary>
sealed class AttachPace(TimeProvider time)
{
    // An ovs-vswitchd that is down must not keep rows out of the database.
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestGathering = TimeSpan.FromMilliseconds(5);

    readonly Lock _gate = new();
    int _sent;
    int _lastSent;
    long _sentAt;
    long _appliedAt;

    /// <summary>Notes that ports went to the database.</summary>
    public void Sent(int ports)
    {
        lock (_gate)
        {
            _sent += ports;
            _sentAt = time.GetTimestamp();
        }
    }

    /// <summary>Notes that ovs-vswitchd has applied all that was sent.</summary>
    public void Applied()
    {
        lock (_gate)
        {
            if (_sent == 0) return;
            (_lastSent, _sent) = (_sent, 0);
            _appliedAt = time.GetTimestamp();
        }
    }

    /// <summary>How long a number of new ports should still wait; zero for not at all.</summary>
    public TimeSpan Hold(int ports)
    {
        lock (_gate)
        {
            // One port beside one under way does not wait: its rows are there once ovs-vswitchd is done with the other.
            if (_sent + ports <= 2) return TimeSpan.Zero;
            if (_sent > 0) return AtLeastZero(Patience - time.GetElapsedTime(_sentAt));
            // Callers that were released together come back together: a quarter of the time that they waited is well spent.
            if (ports >= _lastSent) return TimeSpan.Zero;
            var gathering = time.GetElapsedTime(_sentAt, _appliedAt) / 4;
            return AtLeastZero((gathering < LongestGathering ? gathering : LongestGathering) - time.GetElapsedTime(_appliedAt));
        }
    }

    static TimeSpan AtLeastZero(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
