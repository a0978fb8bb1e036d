using System.Globalization;

namespace Hawser.Bench;

/// <summary>Figures as the table shows them.</summary>
static class Text
{
    public static string Milliseconds(double value) => Format(value, value < 100 ? "0.00" : "0", "ms");

    /// <summary>Of milliseconds.</summary>
    public static string Microseconds(double value) => Format(value * 1000, "0", "µs");

    public static string PerSecond(double value) => Format(value, "#,0", "/s");

    public static string Megabytes(double value) => Format(value, "0.0", "MB");

    public static string Gigabits(double value) => Format(value, "0.00", "Gbit/s");

    public static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Times(double value, string of) => $"{Ratio(value)} × {of}";

    /// <summary>The median, and in brackets between which figures the middle half lies.</summary>
    public static string Spread(Samples samples, Func<double, string> format)
    {
        var median = format(samples.Median);
        // The unit is said once.
        var unit = median.LastIndexOf(' ') is var space and > 0 ? median[space..] : "";
        return $"{Number(samples.Median)} ({Number(samples.LowerQuartile)} to {Number(samples.UpperQuartile)}){unit}";

        string Number(double value) => format(value)[..^unit.Length];
    }

    static string Format(double value, string format, string unit) => value.ToString(format, CultureInfo.InvariantCulture) + " " + unit;
}
