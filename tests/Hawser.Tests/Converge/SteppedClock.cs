namespace Hawser.Tests.Converge;

/// <summary>A clock that stands still until a test moves it.</summary>
sealed class SteppedClock : TimeProvider
{
    long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public void Advance(TimeSpan time) => _now += time.Ticks;
}
