using System.Threading.Channels;

namespace Hawser.Tests.Ovsdb;

/// <summary>The system's clock, which counts the timers that are asked of it.</summary>
sealed class ProbeClock : TimeProvider
{
    readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timers.Writer.TryWrite(dueTime);
        return base.CreateTimer(callback, state, dueTime, period);
    }

    public async Task WaitsAsync(int count, CancellationToken ct)
    {
        for (var i = 0; i < count; i++)
            await _timers.Reader.ReadAsync(ct);
    }
}
