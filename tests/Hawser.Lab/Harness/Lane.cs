using System.Globalization;

namespace Hawser.Lab.Harness;

/// <summary>
/// A test's leave to run. Two tests have it at once, and a third one while the machine is idle for a good part: many tests wait
/// for most of their time, but three that work leave a database of Open vSwitch without an answer for seconds on a slow machine
/// of two processors. Ends when disposed.
/// </summary>
sealed class Lane : IDisposable
{
    const int Always = 2;
    const int Most = 3;
    const double EnoughIdle = 0.4;

    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    static readonly SemaphoreSlim Door = new(1, 1);
    static int _taken;

    Lane()
    {
    }

    /// <summary>Waits until there is room. One enters after the other, so that each sees what the one before does to the machine.</summary>
    public static async Task<Lane> EnterAsync()
    {
        await Door.WaitAsync();
        try
        {
            while (Volatile.Read(ref _taken) >= Always)
            {
                var idle = await IdleAsync();
                if (Volatile.Read(ref _taken) < Most && idle >= EnoughIdle) break;
            }
            Interlocked.Increment(ref _taken);
            return new Lane();
        }
        finally
        {
            Door.Release();
        }
    }

    public void Dispose() => Interlocked.Decrement(ref _taken);

    /// <summary>The part of the processors' time that nobody used, over a second.</summary>
    static async Task<double> IdleAsync()
    {
        var (idleBefore, allBefore) = ReadTimes();
        await Task.Delay(Look);
        var (idle, all) = ReadTimes();
        return all > allBefore ? (double)(idle - idleBefore) / (all - allBefore) : 1;
    }

    // "cpu  user nice system idle iowait irq softirq steal …": proc(5).
    static (long Idle, long All) ReadTimes()
    {
        var times = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(t => long.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        return (times[3] + times[4], times.Sum());
    }
}
