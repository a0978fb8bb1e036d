using System.Diagnostics;

namespace Hawser.Bench;

/// <summary>Runs commands of the host.</summary>
static class Shell
{
    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its standard output, without the line end.</returns>
    /// <exception cref="BenchException">It failed.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var stdout = process.StandardOutput.ReadToEndAsync();
        var stderr = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await stdout).Trim()
            : throw new BenchException($"$ {program} {string.Join(' ', arguments)}: exit code {process.ExitCode}: {await stderr} {await stdout}");
    }

    /// <summary>Runs a line of bash.</summary>
    public static Task<string> BashAsync(string line) => RunAsync("bash", "-c", line);

    public static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start) ?? throw new BenchException($"{program} did not start");
    }
}
