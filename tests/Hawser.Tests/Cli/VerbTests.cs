using System.CommandLine;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Hawser.Cli;
using Hawser.Tests.Protocol;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Cli;

/// <summary>What the verbs say and how they end where no daemon answers as it should.</summary>
public sealed class VerbTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hawser-verb-").FullName;

    string SocketPath => Path.Combine(_folder, "hawser.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Where_no_daemon_runs_the_socket_is_named_that_is_not_there()
    {
        var (exitCode, error) = await RunAsync("status");
        exitCode.ShouldBe(1);
        error.ShouldStartWith($"hawser: hawser does not run: there is no socket {SocketPath}");
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_at_is_told_from_one_that_is_not_there()
    {
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(SocketPath));
            (await RunAsync("status")).Error.ShouldStartWith($"hawser: hawser does not answer at {SocketPath}: Connection refused");
        }
    }

    [Fact]
    public async Task SIGINT_ends_a_verb_with_130()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        using var verb = Start("status");
        // The verb waits for its answer from here on.
        using var question = await listener.AcceptAsync(Within.Seconds(20));
        await Processes.RunAsync("kill", "-INT", $"{verb.Id}");
        await verb.WaitForExitAsync(Within.Seconds(20));
        verb.ExitCode.ShouldBe(130);
    }

    [Theory]
    [InlineData("ovn", "forget")]
    [InlineData("ipam", "release")]
    public async Task A_dead_host_is_forgotten_under_both_names_of_the_command(string command, string verb)
    {
        const string Held = """{"host":"gone","pools":1,"addresses":2,"ports":3,"switches":4}""";
        await using var daemon = ScriptedEngine.Answering(_ => ScriptedEngine.Ok(Held));
        File.CreateSymbolicLink(SocketPath, daemon.SocketPath);
        (await OutputAsync(command, verb, "gone"))
            .ShouldBe("host gone: 2 addresses in 1 pools, 3 ports, a share in 4 switches\nnothing was taken: add --yes\n");
        (await OutputAsync(command, verb, "gone", "--yes")).ShouldEndWith("\nforgotten\n");
        JsonSerializer.Serialize(JsonDocument.Parse(await OutputAsync(command, verb, "gone", "--yes", "--json")).RootElement)
            .ShouldBe("""{"forgotten":true,"host":"gone","pools":1,"addresses":2,"ports":3,"switches":4}""");
        daemon.Requests.Select(r => r.Line.Split(' ')[1]).ShouldBe(["/ovn/host", "/ovn/forget", "/ovn/forget"]);
    }

    [Theory]
    [InlineData("--central", "foo")]
    [InlineData("--central", "192.0.2.1,foo")]
    [InlineData("--encap-ip", "foo")]
    public void A_wrong_address_of_ovn_setup_is_refused_with_what_is_allowed(string flag, string value)
    {
        string[] others = flag == "--central" ? ["--encap-ip", "192.0.2.2"] : ["--central", "192.0.2.1"];
        new RootCommand { OvnCommand.Make() }.Parse(["ovn", "setup", flag, value, .. others]).Errors.Select(e => e.Message)
            .ShouldBe([$"{flag} \"{value}\" is not allowed: an IPv4 or IPv6 address such as 192.0.2.10"]);
    }

    [Fact]
    public async Task The_frameworks_messages_are_sentences()
    {
        // Nobody can make a folder there.
        var (exitCode, error) = await RunAsync("serve", "--docker", "none", "--plugin-dir", _folder, "--state-dir", "/proc/hawser");
        exitCode.ShouldBe(1);
        error.ShouldBe("hawser: Could not find file '/proc/hawser'.\n");
    }

    async Task<(int ExitCode, string Error)> RunAsync(params IEnumerable<string> command)
    {
        using var process = Start(command);
        var error = await process.StandardError.ReadToEndAsync(Within.Seconds(20));
        await process.WaitForExitAsync(Within.Seconds(20));
        return (process.ExitCode, error);
    }

    async Task<string> OutputAsync(params IEnumerable<string> command)
    {
        using var process = Start(command);
        return await process.StandardOutput.ReadToEndAsync(Within.Seconds(20));
    }

    // A shell has what it starts in the background ignore SIGINT, these tests among it.
    Process Start(params IEnumerable<string> command)
    {
        string[] arguments = ["--default-signal=INT", .. HawserProgram.Command, .. command, "--run-dir", _folder];
        return Process.Start(new ProcessStartInfo("env", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
