using System.Diagnostics;
using System.Globalization;

namespace Hawser.Bench;

/// <summary>Tells on standard error what is being measured; the table alone is on standard output.</summary>
static class Progress
{
    static readonly Stopwatch Clock = Stopwatch.StartNew();

    public static void Say(string what) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{Clock.Elapsed.TotalSeconds,5:0.0} s] {what}"));
}
