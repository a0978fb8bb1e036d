using System.Diagnostics;
using System.Globalization;

namespace Hawser.Lab.Harness;

/// <summary>
/// What a test takes: time, and time of processors on its hosts. One line for each test, "CLASS SECONDS SECONDS", goes to the
/// file that HAWSER_LAB_TIMES names.
/// </summary>
sealed class TestClock(object test, params LabHost[] hosts)
{
    static readonly Lock Gate = new();
    static readonly string? File = Environment.GetEnvironmentVariable("HAWSER_LAB_TIMES");

    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly double _before = hosts.Sum(host => host.ProcessorSeconds());

    public void Stop()
    {
        if (string.IsNullOrEmpty(File)) return;
        // A host that was rebooted counts from nothing.
        var used = Math.Max(0, hosts.Sum(host => host.ProcessorSeconds()) - _before);
        var line = string.Create(CultureInfo.InvariantCulture, $"{test.GetType().Name} {_clock.Elapsed.TotalSeconds:0.0} {used:0.0}\n");
        lock (Gate) System.IO.File.AppendAllText(File, line);
    }
}
