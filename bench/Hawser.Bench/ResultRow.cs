namespace Hawser.Bench;

/// <summary>One line of the table.</summary>
/// <param name="Measurement">What was measured.</param>
/// <param name="Hawser">Hawser's figure.</param>
/// <param name="Alternative">The figure of what a user would take instead: Docker's own bridge driver, or ovn-docker; empty where there is none.</param>
/// <param name="RatioOrFloor">What Hawser's figure is to be read against.</param>
/// <param name="Target">What it was to be; empty where nothing was asked.</param>
/// <param name="IsMet">Whether it is; null where nothing was asked.</param>
sealed record ResultRow(string Measurement, string Hawser, string Alternative = "", string RatioOrFloor = "", string Target = "", bool? IsMet = null)
{
    public string Verdict => IsMet switch { true => "yes", false => "MISSED", null => "" };

    public IReadOnlyList<string> Cells => [Measurement, Hawser, Alternative, RatioOrFloor, Target, Verdict];
}
