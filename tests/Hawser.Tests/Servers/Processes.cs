using System.Diagnostics;
using System.Globalization;

namespace Hawser.Tests.Servers;

/// <summary>Runs OVS's programs, which daemonise only once they are ready, and ends them by their process id.</summary>
static class Processes
{
    /// <summary>Runs a program to its end and returns its output; a missing program fails the test.</summary>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Locate(program), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        // Both pipes at once, or a program that fills one of them would wait for ever.
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(Within.Seconds(30));
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }

    public static async Task<int> ReadPidAsync(string file) =>
        int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);

    /// <summary>Ends a process, as a crash would, and waits until it is gone.</summary>
    public static async Task KillAsync(int pid)
    {
        if (!IsRunning(pid))
            return;
        using var process = Process.GetProcessById(pid);
        process.Kill();
        // A daemon is no child of ours, and .NET looks only once a second whether such a one has ended.
        var deadline = Within.Seconds(10);
        while (IsRunning(pid))
            await Task.Delay(TimeSpan.FromMilliseconds(1), deadline);
    }

    // "pid (name) state …", where the state of the dead that nobody has collected yet is Z.
    static bool IsRunning(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    // /usr/sbin is in no ordinary user's path.
    static string Locate(string program) =>
        (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/usr/bin").Split(':')
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"{program} is not installed; the tests need Open vSwitch (apt install openvswitch-switch).");
}
