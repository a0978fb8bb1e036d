using System.Globalization;

namespace Hawser.Lab.Harness;

/// <summary>
/// The leave to run of a test on shared hosts. Two tests have it at once, and a third one while the machine is idle for half of
/// its time: many tests wait for most of their time, but three that work leave a database of Open vSwitch without an answer for
/// seconds on a slow machine of two processors. Ends when disposed.
/// </summary>
sealed class Lane : IDisposable
{
    const int Always = 2;
    const int Most = 3;
    const double EnoughIdle = 0.5;
    const int Looks = 10;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    static readonly SemaphoreSlim Door = new(1, 1);
    static int _taken;

    readonly TestClock _clock;

    Lane(TestClock clock) => _clock = clock;

    /// <summary>
    /// Waits until there is room, and starts the test's clock. One enters after the other, so that each sees what the one before
    /// does to the machine.
    /// </summary>
    public static async Task<Lane> EnterAsync(object test, params LabHost[] hosts)
    {
        await Door.WaitAsync();
        try
        {
            while (IsFull(Always) && !(await IsIdleAsync() && !IsFull(Most)))
            {
            }
            Interlocked.Increment(ref _taken);
            return new Lane(new TestClock(test, hosts));
        }
        finally
        {
            Door.Release();
        }
    }

    public void Dispose()
    {
        _clock.Stop();
        Interlocked.Decrement(ref _taken);
    }

    static bool IsFull(int lanes) => Volatile.Read(ref _taken) >= lanes;

    /// <summary>Whether enough of the processors' time goes unused, looked at for a second or until a lane is free.</summary>
    static async Task<bool> IsIdleAsync()
    {
        var (idleBefore, allBefore) = ReadTimes();
        for (var i = 0; i < Looks && IsFull(Always); i++) await Task.Delay(Look);
        var (idle, all) = ReadTimes();
        return idle - idleBefore >= EnoughIdle * (all - allBefore);
    }

    // "cpu  user nice system idle iowait irq softirq steal …": proc(5).
    static (long Idle, long All) ReadTimes()
    {
        var times = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(t => long.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        return (times[3] + times[4], times.Sum());
    }
}
