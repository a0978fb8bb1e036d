namespace Hawser.Tests.Ovsdb;

/// <summary>A clock whose timers begin only when it is released.</summary>
sealed class HeldClock : TimeProvider
{
    readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _released.SetResult();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
        _ = _released.Task.ContinueWith(_ => timer.Change(dueTime, period), TaskScheduler.Default);
        return timer;
    }
}
