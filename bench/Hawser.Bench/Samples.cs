namespace Hawser.Bench;

/// <summary>What several runs of one measurement gave.</summary>
sealed class Samples
{
    readonly List<double> _values = [];

    public double Median
    {
        get
        {
            if (_values.Count == 0) throw new BenchException("nothing was measured");
            var sorted = _values.Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    public double Average => _values.Average();

    public void Add(double value) => _values.Add(value);

    public void Add(TimeSpan elapsed) => _values.Add(elapsed.TotalMilliseconds);

    public void Add(IEnumerable<double> values) => _values.AddRange(values);
}
