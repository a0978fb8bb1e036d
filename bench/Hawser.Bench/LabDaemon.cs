namespace Hawser.Bench;

/// <summary>The host's own hawser, the one that dockerd uses.</summary>
static class LabDaemon
{
    const string PidFile = "/run/lab/hawser.pid";

    /// <summary>Stops it: two of them would both answer to every change of the database, and one is measured.</summary>
    public static async Task StopAsync()
    {
        var pid = (await File.ReadAllTextAsync(PidFile)).Trim();
        await Shell.RunAsync("kill", "-TERM", pid);
        await Eventually.TrueAsync("the host's hawser to end", TimeSpan.FromSeconds(20), () => !Directory.Exists($"/proc/{pid}"));
    }
}
