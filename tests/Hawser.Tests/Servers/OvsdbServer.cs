using System.Text.RegularExpressions;
using Hawser.Ovsdb;

namespace Hawser.Tests.Servers;

/// <summary>A real ovsdb-server in a temporary folder.</summary>
sealed partial class OvsdbServer : IAsyncDisposable
{
    readonly bool _isClustered;
    readonly string[] _remotes;
    int _pid;

    OvsdbServer(bool isClustered, string[] remotes) => (_isClustered, _remotes) = (isClustered, remotes);

    public const string VswitchSchema = "/usr/share/openvswitch/vswitch.ovsschema";

    public const string NorthboundSchema = "/usr/share/ovn/ovn-nb.ovsschema";

    public string Folder { get; } = Directory.CreateTempSubdirectory("ovsdb-").FullName;

    public string SocketPath => Path.Combine(Folder, "db.sock");

    public OvsdbEndpoint Unix => OvsdbEndpoint.Parse($"unix:{SocketPath}");

    public string DatabaseFile => Path.Combine(Folder, "db");

    string LogFile => Path.Combine(Folder, "log");

    /// <summary>Makes an empty database of a schema file and serves it on <see cref="Unix"/> and further remotes.</summary>
    public static async Task<OvsdbServer> StartAsync(string schemaFile, params string[] remotes)
    {
        var server = new OvsdbServer(isClustered: false, remotes);
        await Processes.RunAsync("ovsdb-tool", "create", server.DatabaseFile, schemaFile);
        await server.StartAsync();
        return server;
    }

    /// <summary>Serves a copy of a database, as <c>ovsdb-client backup</c> wrote it.</summary>
    public static async Task<OvsdbServer> RestoreAsync(string backup)
    {
        var server = new OvsdbServer(isClustered: false, []);
        File.Copy(backup, server.DatabaseFile);
        await server.StartAsync();
        return server;
    }

    /// <summary>The first member of a new cluster.</summary>
    public static async Task<OvsdbServer> CreateClusterAsync(string schemaFile, params string[] remotes)
    {
        var server = new OvsdbServer(isClustered: true, remotes);
        await Processes.RunAsync("ovsdb-tool",
            "--election-timer=1000", "create-cluster", server.DatabaseFile, schemaFile, server.RaftAddress);
        await server.StartAsync();
        return server;
    }

    /// <summary>One member more for a cluster.</summary>
    public static async Task<OvsdbServer> JoinClusterAsync(string database, OvsdbServer first, params string[] remotes)
    {
        var server = new OvsdbServer(isClustered: true, remotes);
        await Processes.RunAsync("ovsdb-tool", "join-cluster", server.DatabaseFile, database, server.RaftAddress, first.RaftAddress);
        await server.StartAsync();
        await Processes.RunAsync("ovsdb-client", "wait", $"unix:{server.SocketPath}", database, "connected");
        return server;
    }

    string RaftAddress => $"unix:{Path.Combine(Folder, "raft.sock")}";

    /// <summary>Where the server listens that was told to choose a port, as in <c>ptcp:0:127.0.0.1</c>.</summary>
    public OvsdbEndpoint Tcp => OvsdbEndpoint.Parse($"tcp:127.0.0.1:{Port}");

    /// <summary>As <see cref="Tcp"/>, for <c>pssl:0:127.0.0.1</c>.</summary>
    public OvsdbEndpoint Ssl => OvsdbEndpoint.Parse($"ssl:127.0.0.1:{Port}");

    /// <summary>Starts the server, at first or again, and returns when it listens.</summary>
    public async Task StartAsync()
    {
        File.Delete(LogFile);
        await Processes.RunAsync("ovsdb-server", [
            "--detach", "--no-chdir",
            $"--pidfile={Path.Combine(Folder, "pid")}",
            $"--log-file={LogFile}",
            $"--unixctl={Path.Combine(Folder, "ctl")}",
            $"--remote=punix:{SocketPath}",
            .. _remotes.Select(static remote => remote.StartsWith("--", StringComparison.Ordinal) ? remote : $"--remote={remote}"),
            .. Guard(),
            DatabaseFile]);
        _pid = await Processes.ReadPidAsync(Path.Combine(Folder, "pid"));
    }

    // With --run a server ends when its child does, and the child when the tests do, even if they are killed. The
    // server of a cluster has threads from the start, and then refuses to have children.
    IEnumerable<string> Guard() =>
        _isClustered ? [] : [$"--run=exec tail --pid={Environment.ProcessId} -f /dev/null >/dev/null 2>&1"];

    /// <summary>Ends the server as a crash would.</summary>
    public Task KillAsync() => Processes.KillAsync(_pid);

    /// <summary>Runs <c>ovs-appctl</c> against the server.</summary>
    public Task<string> ControlAsync(params IEnumerable<string> arguments) =>
        Processes.RunAsync("ovs-appctl", [$"--target={Path.Combine(Folder, "ctl")}", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Waits until the server listens on the port that it chose for a remote from its own database.</summary>
    public async Task ListeningAsync(CancellationToken ct)
    {
        while (!ListeningLine().IsMatch(await File.ReadAllTextAsync(LogFile, ct)))
            await Task.Delay(TimeSpan.FromMilliseconds(1), ct);
    }

    // The log does not say for which remote: a server of these tests has at most one that chooses its port.
    string Port => ListeningLine().Matches(File.ReadAllText(LogFile)).ShouldHaveSingleItem().Groups["port"].Value;

    [GeneratedRegex(@"0:127\.0\.0\.1: listening on port (?<port>\d+)")]
    private static partial Regex ListeningLine();
}
