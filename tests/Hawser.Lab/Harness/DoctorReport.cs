using System.Text.Json;

namespace Hawser.Lab.Harness;

/// <summary>What `hawser doctor` finds on a host.</summary>
public sealed record DoctorReport(bool IsHealthy, (string Check, string Text)[] Findings)
{
    /// <summary>What it says of one matter, with the remedy.</summary>
    public string[] Of(string check) => [.. Findings.Where(f => f.Check == check).Select(f => f.Text)];

    public static async Task<DoctorReport> OfAsync(LabHost host)
    {
        var result = await host.TryRunAsync("hawser doctor --json");
        using var json = JsonDocument.Parse(result.Stdout);
        var findings = json.RootElement.GetProperty("findings").EnumerateArray().Select(f =>
            (f.GetProperty("check").GetString()!, f.GetProperty("says").GetString() + (f.TryGetProperty("remedy", out var remedy) ? ": " + remedy.GetString() : ""))).ToArray();
        json.RootElement.GetProperty("healthy").GetBoolean().ShouldBe(result.ExitCode == 0);
        return new DoctorReport(result.ExitCode == 0, findings);
    }
}
