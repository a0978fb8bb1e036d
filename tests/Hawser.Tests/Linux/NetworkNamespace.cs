using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hawser.Tests.Linux;

/// <summary>Runs a test in a network namespace of its own, which goes with the thread.</summary>
static class NetworkNamespace
{
    const int NewNetwork = 0x40000000;
    const uint Version3 = 0x20080522; // linux/capability.h
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Runs the test; whatever it starts on its own thread (child processes too) is in the namespace.</summary>
    public static void Run(Action test)
    {
        var done = new TaskCompletionSource();
        var thread = new Thread(() =>
        {
            try
            {
                if (Unshare(NewNetwork) != 0) throw new InvalidOperationException($"unshare: {Marshal.GetLastPInvokeErrorMessage()}");
                Shell("ip link set lo up");
                test();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        })
        { IsBackground = true };
        thread.Start();
        done.Task.Wait(Deadline).ShouldBeTrue("the test did not end in time");
    }

    /// <summary>Runs a command line and returns what it wrote; a failure fails the test.</summary>
    public static string Shell(string commandLine)
    {
        var (exitCode, output) = TryShell(commandLine);
        exitCode.ShouldBe(0, $"{commandLine}: {output}");
        return output;
    }

    public static (int ExitCode, string Output) TryShell(string commandLine)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec 2>&1; {commandLine}"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    /// <summary>Waits for a condition, looking every few milliseconds.</summary>
    public static void Eventually(Func<bool> condition, string what)
    {
        var patience = Stopwatch.StartNew();
        while (!condition())
        {
            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10), $"waited for: {what}");
            Thread.Sleep(2);
        }
    }

    /// <summary>Takes all capabilities from the thread of the test.</summary>
    public static void DropCapabilities() => SetCapabilities([Version3, 0], new uint[6]).ShouldBe(0);

    [DllImport("libc", EntryPoint = "capset", SetLastError = true)]
    static extern int SetCapabilities(uint[] header, uint[] sets);

    [DllImport("libc", EntryPoint = "unshare", SetLastError = true)]
    static extern int Unshare(int flags);
}
