using System.Diagnostics;
using System.Text.Json;
using Hawser.Tests.Protocol;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Driver;

/// <summary>
/// The daemon as a process, with a real ovsdb-server and ovs-vswitchd, in a network namespace of its own. There is no
/// Docker: the tests say what it would say.
/// </summary>
sealed class DriverHost : IAsyncDisposable
{
    readonly string _namespace = $"hawser-test-{Guid.NewGuid().ToString("N")[..8]}";
    readonly string _folder = Directory.CreateTempSubdirectory("hawser-driver-").FullName;
    readonly OvsdbServer _database;
    Process? _daemon;
    Task<string> _log = Task.FromResult("");
    int _vswitchd;

    DriverHost(OvsdbServer database) => _database = database;

    public string Socket => Path.Combine(_folder, "ovs.sock");

    public OvsdbServer Database => _database;

    /// <summary>Where the daemon looks for programs first.</summary>
    string Programs => Path.Combine(_folder, "programs");

    public int DaemonPid => _daemon!.Id;

    public static async Task<DriverHost> StartAsync(string docker = "none", params IEnumerable<string> flags)
    {
        var host = await StartWithoutDaemonAsync();
        await host.StartDaemonAsync(docker, flags);
        return host;
    }

    /// <summary>A host on which hawser is yet to be started.</summary>
    public static async Task<DriverHost> StartWithoutDaemonAsync()
    {
        var host = new DriverHost(await OvsdbServer.StartAsync(OvsdbServer.VswitchSchema));
        Directory.CreateDirectory(host.Programs);
        await Processes.RunAsync("ip", "netns", "add", host._namespace);
        await host.RunAsync("ip", "link", "set", "lo", "up");
        await host.VsctlAsync("--no-wait", "init");
        await host.StartVswitchdAsync();
        return host;
    }

    /// <summary>Runs a program in the host's namespace.</summary>
    public Task<string> RunAsync(string program, params IEnumerable<string> arguments) =>
        Processes.RunAsync("ip", ["netns", "exec", _namespace, program, .. arguments]);

    public Task<string> VsctlAsync(params IEnumerable<string> arguments) =>
        Processes.RunAsync("ovs-vsctl", ["--timeout=10", $"--db=unix:{_database.SocketPath}", .. arguments]);

    /// <summary>Calls the driver; a refusal fails the test.</summary>
    public async Task<JsonElement> CallAsync(string method, object request, string socket = "ovs.sock")
    {
        var reply = await TryCallAsync(method, request, socket);
        reply.Status.ShouldBe(200, $"{method}: {reply.Text}");
        return reply.Json;
    }

    public async Task<HttpReply> TryCallAsync(string method, object request, string socket = "ovs.sock")
    {
        using var connection = await HttpConnection.OpenAsync(Path.Combine(_folder, socket));
        return await connection.CallAsync($"/NetworkDriver.{method}", JsonSerializer.Serialize(request));
    }

    public async Task<JsonElement> StatusAsync() => (await AdminAsync("GET", "/status")).Json;

    /// <summary>Asks the daemon what the command line asks it.</summary>
    public async Task<HttpReply> AdminAsync(string verb, string path)
    {
        using var connection = await HttpConnection.OpenAsync(Path.Combine(_folder, "run", "hawser.sock"));
        return await connection.SendAsync($"{verb} {path} HTTP/1.1\r\nHost: hawser\r\nContent-Length: 0\r\n\r\n");
    }

    /// <summary>Asks the daemon what the command line asks it with a body.</summary>
    public async Task<HttpReply> AdminAsync(string path, object request)
    {
        using var connection = await HttpConnection.OpenAsync(Path.Combine(_folder, "run", "hawser.sock"));
        return await connection.CallAsync(path, JsonSerializer.Serialize(request));
    }

    /// <summary>The file in which a network or endpoint is recorded.</summary>
    public string FileOf(string id) => Directory.EnumerateFiles(_folder, id + ".json", SearchOption.AllDirectories).Single();

    /// <summary>The files of intent: one a network, one an endpoint.</summary>
    public IEnumerable<string> Records => Directory.EnumerateFiles(_folder, "*.json", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension)!;

    /// <summary>All that the driver made and that is there still, in words.</summary>
    public async Task<IReadOnlyList<string>> LeftoversAsync()
    {
        var links = (await RunAsync("ip", "-o", "link")).Split('\n').Where(l => l.Contains(" hw", StringComparison.Ordinal) || l.Contains("hawser:", StringComparison.Ordinal));
        var rows = new List<string>();
        foreach (var table in new[] { "Bridge", "Port", "Interface" })
            rows.AddRange((await VsctlAsync("--bare", "--columns=name", "find", table, "external_ids:hawser-unit!=\"\"")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(n => $"{table} {n}"));
        var rules = (await RunAsync("iptables-save") + await RunAsync("ip6tables-save")).Split('\n').Where(l => l.Contains("HAWSER", StringComparison.Ordinal));
        return [.. links, .. rows, .. rules, .. Records];
    }

    public async Task StartVswitchdAsync()
    {
        var pidFile = Path.Combine(_folder, "vswitchd.pid");
        await RunAsync("env", $"OVS_RUNDIR={_folder}", "ovs-vswitchd", $"unix:{_database.SocketPath}", "--detach", "--no-chdir",
            $"--pidfile={pidFile}", $"--log-file={Path.Combine(_folder, "vswitchd.log")}", $"--unixctl={Path.Combine(_folder, "vswitchd.ctl")}");
        _vswitchd = await Processes.ReadPidAsync(pidFile);
    }

    /// <summary>SIGKILL to ovs-vswitchd.</summary>
    public Task KillVswitchdAsync() => Processes.KillAsync(_vswitchd);

    /// <summary>Starts the daemon, and returns what it logged until it was started.</summary>
    public async Task<IReadOnlyList<string>> StartDaemonAsync(string docker = "none", params IEnumerable<string> flags)
    {
        // A shell has what it starts in the background ignore SIGINT, these tests and all that they start among it.
        _daemon = Process.Start(new ProcessStartInfo("ip",
        [
            "netns", "exec", _namespace, "env", "--default-signal=INT", $"PATH={Programs}:{Environment.GetEnvironmentVariable("PATH")}",
            .. HawserProgram.Command, "serve", "--docker", docker, "--ovsdb", $"unix:{_database.SocketPath}",
            "--plugin-dir", _folder, "--state-dir", Path.Combine(_folder, "state"), "--run-dir", Path.Combine(_folder, "run"), .. flags,
        ])
        { RedirectStandardOutput = true })!;
        var started = Within.Seconds(20);
        var log = new List<string>();
        while (await _daemon.StandardOutput.ReadLineAsync(started) is { } line)
        {
            log.Add(line);
            if (line.Contains(" started;", StringComparison.Ordinal)) break;
        }
        _log = _daemon.StandardOutput.ReadToEndAsync(CancellationToken.None);
        return log;
    }

    /// <summary>What a daemon that has ended logged after its start.</summary>
    public async Task<string[]> LogAsync() => (await _log).Split('\n');

    /// <summary>Sends the daemon a signal, waits for its end and returns its exit code.</summary>
    public async Task<int> EndDaemonAsync(string signal)
    {
        await Processes.RunAsync("kill", $"-{signal}", $"{DaemonPid}");
        await _daemon!.WaitForExitAsync(Within.Seconds(20));
        return _daemon.ExitCode;
    }

    /// <summary>Runs a command of hawser's, and returns what it printed.</summary>
    public async Task<(int ExitCode, string Output)> HawserAsync(params IEnumerable<string> command)
    {
        string[] arguments = [.. HawserProgram.Command, .. command, "--run-dir", Path.Combine(_folder, "run")];
        var start = new ProcessStartInfo("env", arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Within.Seconds(20));
        await process.WaitForExitAsync(Within.Seconds(20));
        return (process.ExitCode, output);
    }

    /// <summary>Makes one of the two back ends the default of iptables, as <c>update-alternatives</c> does.</summary>
    public void UseIptables(string backEnd)
    {
        foreach (var program in new[] { "iptables-restore", "ip6tables-restore", "iptables-save", "ip6tables-save" })
        {
            var link = Path.Combine(Programs, program);
            File.Delete(link);
            File.CreateSymbolicLink(link, $"/usr/sbin/xtables-{backEnd}-multi");
        }
    }

    /// <summary>Has the kernel refuse to start a program.</summary>
    public void BreakProgram(string name) => File.WriteAllText(Path.Combine(Programs, name), "not executable");

    /// <summary>Has the kernel start a program again.</summary>
    public void MendProgram(string name) => File.Delete(Path.Combine(Programs, name));

    /// <summary>SIGKILL.</summary>
    public async Task KillDaemonAsync()
    {
        _daemon!.Kill();
        await _daemon.WaitForExitAsync(Within.Seconds(10));
    }

    /// <summary>Waits for something to become true.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition, string what)
    {
        var deadline = Within.Seconds(30);
        while (!await condition())
        {
            if (deadline.IsCancellationRequested) throw new TimeoutException($"after 30 s still not: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is { HasExited: false }) await KillDaemonAsync();
        _daemon?.Dispose();
        if (_vswitchd > 0) await Processes.KillAsync(_vswitchd);
        await _database.DisposeAsync();
        await Processes.RunAsync("ip", "netns", "delete", _namespace);
        Directory.Delete(_folder, recursive: true);
    }
}
