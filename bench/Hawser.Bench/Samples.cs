namespace Hawser.Bench;

/// <summary>What several runs of one measurement gave.</summary>
sealed class Samples
{
    readonly List<double> _values = [];

    public double Median => Quantile(0.5);

    public double LowerQuartile => Quantile(0.25);

    public double UpperQuartile => Quantile(0.75);

    public double Average => _values.Average();

    public IReadOnlyList<double> Values => _values;

    public void Add(double value) => _values.Add(value);

    public void Add(TimeSpan elapsed) => _values.Add(elapsed.TotalMilliseconds);

    public void Add(IEnumerable<double> values) => _values.AddRange(values);

    /// <summary>Each value less the same number.</summary>
    public Samples Less(double number) => Of(_values.Select(v => v - number));

    /// <summary>Each value over the one that the other had in the same turn.</summary>
    public Samples Over(Samples other) => Of(_values.Zip(other._values, static (mine, theirs) => mine / theirs));

    static Samples Of(IEnumerable<double> values)
    {
        var samples = new Samples();
        samples.Add(values);
        return samples;
    }

    double Quantile(double part)
    {
        if (_values.Count == 0) throw new BenchException("nothing was measured");
        var sorted = _values.Order().ToArray();
        var place = part * (sorted.Length - 1);
        var (below, above) = (sorted[(int)Math.Floor(place)], sorted[(int)Math.Ceiling(place)]);
        return below + (above - below) * (place - Math.Floor(place));
    }
}
