namespace Hawser.Ovsdb;

/// <summary>
/// How long to wait before the next attempt: doubling between two bounds, as OVS's lib/reconnect.c does. Knows no
/// clock and no socket.
/// </summary>
public sealed class Backoff
{
    readonly TimeSpan _first;
    readonly TimeSpan _max;
    readonly int _freeTries;
    TimeSpan _next;
    int _freeLeft;

    /// <summary>Waits between two bounds.</summary>
    /// <param name="first">The first wait.</param>
    /// <param name="max">The longest wait.</param>
    /// <param name="freeTries">
    /// How many attempts without a wait come before each one with a wait: with several servers, all are tried in a row.
    /// </param>
    public Backoff(TimeSpan first, TimeSpan max, int freeTries = 0)
    {
        (_first, _max, _freeTries) = (first, max, freeTries);
        Reset();
    }

    /// <summary>The wait after one more failure.</summary>
    public TimeSpan Next()
    {
        if (_freeLeft > 0)
        {
            _freeLeft--;
            return TimeSpan.Zero;
        }
        _freeLeft = _freeTries;
        var wait = _next < _max ? _next : _max;
        _next = wait * 2;
        return wait;
    }

    /// <summary>Begins anew, after a connection that lasted.</summary>
    public void Reset() => (_next, _freeLeft) = (_first, _freeTries);
}
