using System.Diagnostics;

namespace Hawser.Lab.Harness;

/// <summary>Starts processes of this machine.</summary>
static class Shell
{
    public static async Task<CommandResult> RunAsync(string program, IEnumerable<string> arguments, string shownAs, TimeSpan deadline)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var stdout = process.StandardOutput.ReadToEndAsync();
        var stderr = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(deadline);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            return new CommandResult(shownAs, process.ExitCode, await stdout.WaitAsync(timeout.Token), await stderr.WaitAsync(timeout.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new LabException($"still running after {deadline.TotalSeconds:0} s: {shownAs}");
        }
    }

    public static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new LabException($"{program} did not start");
    }

}
