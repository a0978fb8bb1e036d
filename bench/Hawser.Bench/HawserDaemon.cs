using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Hawser.Bench;

/// <summary>A hawser of its own: with its own socket and state, and without Docker, which would not know its endpoints.</summary>
sealed class HawserDaemon : IAsyncDisposable
{
    static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    static readonly byte[] Activate = PluginConnection.Request("Plugin.Activate", "{}");

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hawser-bench-");
    readonly Process _process;

    HawserDaemon()
    {
        var started = Stopwatch.GetTimestamp();
        _process = Shell.Start("bash", "-c", "exec hawser serve --plugin-dir \"$0\" --state-dir \"$0/state\" --run-dir \"$0/run\" --docker none >/dev/null 2>\"$0/log\"", _folder.FullName);
        WaitForAnswer(started);
        TimeToAnswer = Stopwatch.GetElapsedTime(started);
    }

    /// <summary>From the start of the process until it has answered Plugin.Activate.</summary>
    public TimeSpan TimeToAnswer { get; }

    /// <summary>Resident memory in megabytes of 1,000,000 bytes.</summary>
    public double ResidentMegabytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6;
        }
    }

    public static HawserDaemon Start() => new();

    /// <summary>Does something while the daemon is stopped (SIGSTOP), and takes no time of the processors.</summary>
    public async Task WithoutAsync(Func<Task> act)
    {
        await SignalAsync("STOP");
        await act();
        await SignalAsync("CONT");
        // What it missed meanwhile it looks up.
        await Task.Delay(CatchUp);
    }

    public PluginConnection Connect(string driver = "ovs") => new(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, driver + ".sock")));

    public async ValueTask DisposeAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    async Task SignalAsync(string signal) => await Shell.RunAsync("kill", $"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture));

    void WaitForAnswer(long started)
    {
        while (true)
        {
            try
            {
                using var connection = Connect();
                connection.Call(Activate);
                return;
            }
            catch (SocketException e)
            {
                if (_process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
                    throw new BenchException($"hawser did not answer: {File.ReadAllText(Path.Combine(_folder.FullName, "log"))}", e);
                Thread.Sleep(1);
            }
        }
    }
}
