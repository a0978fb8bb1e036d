using System.Threading.Channels;
using Hawser.Ovsdb;

namespace Hawser.Ovn;

/// <summary>
/// Remembers reasons to compare the claims of the address plan with what lives: a call that was not heard, a database that
/// was away.
/// </summary>
sealed class ClaimDoubts(OvnCentral central)
{
    readonly Channel<bool> _urgent = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    volatile bool _isSuspect = true;
    bool _isUrgent;
    bool _wasAway;

    /// <summary>Whether claims are to be compared soon.</summary>
    public bool IsSuspect => _isSuspect;

    /// <summary>Whether claims are to be compared at once.</summary>
    public bool IsUrgent => Volatile.Read(ref _isUrgent);

    /// <summary>Asks for a comparison at one of the next looks.</summary>
    public void Doubt() => _isSuspect = true;

    /// <summary>Asks for a comparison at once, and for one more later: what a claim was for may still be on its way.</summary>
    public void Suspect()
    {
        Volatile.Write(ref _isUrgent, true);
        // Without the database nothing can be compared; its return is a reason of its own.
        if (central.Live is not null) _urgent.Writer.TryWrite(true);
    }

    /// <summary>
    /// Asks for a comparison at once when OVN's northbound database is back or was replaced: what it knew of the plan may be
    /// lost, and claims that were on their way may have been made or not.
    /// </summary>
    public void OnNorthboundChanged(ReplicaChange change)
    {
        if (change.IsLive && (_wasAway || change.IsReset))
        {
            Volatile.Write(ref _isUrgent, true);
            _urgent.Writer.TryWrite(true);
        }
        _wasAway = !change.IsLive;
    }

    /// <summary>Waits until the claims are to be compared at once.</summary>
    public Task UrgencyAsync(CancellationToken ct) => _urgent.Reader.ReadAsync(ct).AsTask();

    /// <summary>
    /// Called just before the claims are compared. What is urgent now is only suspect afterwards: another look finds what was
    /// on its way.
    /// </summary>
    public void TakeUrgency()
    {
        _isSuspect = Interlocked.Exchange(ref _isUrgent, false);
        _urgent.Reader.TryRead(out _);
    }
}
