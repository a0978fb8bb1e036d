using System.Globalization;
using System.Text.RegularExpressions;
using Hawser.Ovsdb;

namespace Hawser.Tests.Servers;

/// <summary>A real ovsdb-server in a temporary folder.</summary>
sealed partial class OvsdbServer : IAsyncDisposable
{
    readonly IReadOnlyList<string> _remotes;
    int _pid;

    OvsdbServer(string folder, IReadOnlyList<string> remotes) => (Folder, _remotes) = (folder, remotes);

    public const string VswitchSchema = "/usr/share/openvswitch/vswitch.ovsschema";

    public string Folder { get; }

    public string SocketPath => Path.Combine(Folder, "db.sock");

    public OvsdbEndpoint Unix => OvsdbEndpoint.Parse($"unix:{SocketPath}");

    string DatabaseFile => Path.Combine(Folder, "db");

    string LogFile => Path.Combine(Folder, "log");

    /// <summary>Makes an empty database of a schema file and serves it on <see cref="Unix"/> and further remotes.</summary>
    public static async Task<OvsdbServer> StartAsync(string schemaFile, params string[] remotes)
    {
        var server = new OvsdbServer(Directory.CreateTempSubdirectory("ovsdb-").FullName, remotes);
        await Daemon.RunAsync("ovsdb-tool", "create", server.DatabaseFile, schemaFile);
        await server.StartAsync();
        return server;
    }

    /// <summary>The first member of a new cluster.</summary>
    public static async Task<OvsdbServer> CreateClusterAsync(string schemaFile, params string[] remotes)
    {
        var server = new OvsdbServer(Directory.CreateTempSubdirectory("ovsdb-").FullName, remotes);
        await Daemon.RunAsync("ovsdb-tool",
            "--election-timer=1000", "create-cluster", server.DatabaseFile, schemaFile, server.RaftAddress);
        await server.StartAsync();
        return server;
    }

    /// <summary>One member more for a cluster.</summary>
    public static async Task<OvsdbServer> JoinClusterAsync(string database, OvsdbServer first, params string[] remotes)
    {
        var server = new OvsdbServer(Directory.CreateTempSubdirectory("ovsdb-").FullName, remotes);
        await Daemon.RunAsync("ovsdb-tool", "join-cluster", server.DatabaseFile, database, server.RaftAddress, first.RaftAddress);
        await server.StartAsync();
        await Daemon.RunAsync("ovsdb-client", "wait", $"unix:{server.SocketPath}", database, "connected");
        return server;
    }

    string RaftAddress => $"unix:{Path.Combine(Folder, "raft.sock")}";

    /// <summary>Where the server listens that was told to choose a port, as in <c>ptcp:0:127.0.0.1</c>.</summary>
    public OvsdbEndpoint Tcp => OvsdbEndpoint.Parse($"tcp:127.0.0.1:{Port("ptcp")}");

    /// <summary>As <see cref="Tcp"/>, for <c>pssl:0:127.0.0.1</c>.</summary>
    public OvsdbEndpoint Ssl => OvsdbEndpoint.Parse($"ssl:127.0.0.1:{Port("pssl")}");

    public Task StartAsync() => StartAsync([]);

    public async Task StartAsync(IEnumerable<string> arguments)
    {
        File.Delete(LogFile);
        // With --run the server ends when its child does, and the child when the tests do: none is left behind.
        await Daemon.RunAsync("ovsdb-server", [
            "--detach", "--no-chdir",
            $"--pidfile={Path.Combine(Folder, "pid")}",
            $"--log-file={LogFile}",
            $"--unixctl={Path.Combine(Folder, "ctl")}",
            $"--remote=punix:{SocketPath}",
            .. _remotes.Select(static remote => remote.StartsWith("--", StringComparison.Ordinal) ? remote : $"--remote={remote}"),
            .. arguments,
            $"--run=exec tail --pid={Environment.ProcessId} -f /dev/null >/dev/null 2>&1",
            DatabaseFile]);
        _pid = await Daemon.ReadPidAsync(Path.Combine(Folder, "pid"));
    }

    /// <summary>Ends the server as a crash would.</summary>
    public Task KillAsync() => Daemon.KillAsync(_pid);

    /// <summary>Runs <c>ovs-appctl</c> against the server.</summary>
    public Task<string> ControlAsync(params IEnumerable<string> arguments) =>
        Daemon.RunAsync("ovs-appctl", [$"--target={Path.Combine(Folder, "ctl")}", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(Folder, recursive: true);
    }

    int Port(string method)
    {
        var line = ListeningLine().Matches(File.ReadAllText(LogFile)).Last(match => match.Groups["method"].Value == method);
        return int.Parse(line.Groups["port"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\|(?<method>p\w+):0:127\.0\.0\.1: listening on port (?<port>\d+)")]
    private static partial Regex ListeningLine();
}
