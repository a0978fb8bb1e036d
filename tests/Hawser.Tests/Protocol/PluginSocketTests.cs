using System.Net.Sockets;
using System.Runtime.Versioning;
using Hawser.Docker.Plugin;

namespace Hawser.Tests.Protocol;

/// <summary>The life of the socket's file.</summary>
[SupportedOSPlatform("linux")]
public sealed class PluginSocketTests : IDisposable
{
    readonly SocketFolder _folder = new();
    readonly LogLines _log = new();

    string SocketPath => _folder["plugins/hawser.sock"];

    [Fact]
    public async Task A_socket_and_its_folder_are_made_for_root_alone()
    {
        await using var server = await StartAsync();

        File.GetUnixFileMode(SocketPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_clean_stop_removes_the_socket()
    {
        await using var server = await StartAsync();

        await server.StopAsync(CancellationToken.None);

        File.Exists(SocketPath).ShouldBeFalse();
    }

    [Fact]
    public async Task A_socket_that_a_killed_process_left_is_taken_over()
    {
        LeaveStaleSocket(SocketPath);

        await using var server = await StartAsync();

        await ShouldAnswerAsync();
        _log.Lines.ShouldContain(line => line.Text == $"Removed {SocketPath}, which its former owner left behind");
    }

    [Fact]
    public async Task A_socket_that_systemd_bound_is_served_and_stays()
    {
        using var bound = Listen(SocketPath);
        var waiting = HttpConnection.OpenAsync(SocketPath);
        await using (var server = await StartAsync(new() { [SocketPath] = bound }))
        {
            using var connection = await waiting;
            (await connection.CallAsync("/Plugin.Activate", "")).Status.ShouldBe(200);
        }

        File.Exists(SocketPath).ShouldBeTrue();
    }

    [Fact]
    public async Task A_socket_that_systemd_bound_for_nobody_is_closed()
    {
        var elsewhere = SocketPath + ".other";
        using var bound = Listen(elsewhere);

        await using var server = await StartAsync(new() { [elsewhere] = bound });

        await Should.ThrowAsync<SocketException>(() => HttpConnection.OpenAsync(elsewhere));
        _log.Lines.ShouldContain(line => line.Text.StartsWith($"Closed {elsewhere}", StringComparison.Ordinal));
        await ShouldAnswerAsync();
    }

    [Theory]
    [InlineData("/NetworkDriver.CreateNetwork", """{"Err":"it cannot start"}""")]
    [InlineData("/IpamDriver.RequestPool", """{"Err":"it cannot start","Error":"it cannot start"}""")]
    public async Task Who_waits_for_a_daemon_that_cannot_start_is_told_why(string call, string reply)
    {
        using var bound = Listen(SocketPath);
        using var waiting = await HttpConnection.OpenAsync(SocketPath);

        var refusing = WaitingCalls.RefuseAsync(new Dictionary<string, Socket> { [SocketPath] = bound }, "it cannot start");
        var answer = await waiting.CallAsync(call, "{}");

        (answer.Status, answer.Text).ShouldBe((500, reply));
        await refusing;
    }

    [Fact]
    public async Task A_daemon_that_cannot_start_ends_at_once_if_nobody_waits()
    {
        using var bound = Listen(SocketPath);

        WaitingCalls.RefuseAsync(new Dictionary<string, Socket> { [SocketPath] = bound }, "it cannot start").IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task A_socket_that_another_process_serves_is_left_to_it()
    {
        await using var first = await StartAsync();

        var refusal = await Should.ThrowAsync<IOException>(() => StartAsync());

        refusal.Message.ShouldBe($"{SocketPath} is already served by another process");
        await ShouldAnswerAsync();
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_left_alone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SocketPath)!);
        await File.WriteAllTextAsync(SocketPath, "precious");

        var refusal = await Should.ThrowAsync<IOException>(() => StartAsync());

        refusal.Message.ShouldBe($"{SocketPath} is in the way: it is not a socket");
        (await File.ReadAllTextAsync(SocketPath)).ShouldBe("precious");
    }

    [Fact]
    public async Task A_stop_lets_the_call_under_way_finish()
    {
        var (started, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var plugin = await ServedPlugin.StartAsync(PluginRoute.For(
            "/NetworkDriver.Leave", DockerJson.Default.LeaveRequest, (_, _) =>
            {
                started.SetResult();
                return finish.Task;
            }));
        var call = plugin.CallAsync("/NetworkDriver.Leave", "{}");
        await started.Task;

        var stop = plugin.StopAsync(CancellationToken.None);
        stop.IsCompleted.ShouldBeFalse();
        finish.SetResult();

        await stop;
        (await call).Status.ShouldBe(200);
    }

    [Fact]
    public async Task While_it_stops_a_kept_connection_ends_with_the_answer_to_its_next_call()
    {
        await using var plugin = await ServedPlugin.StartAsync(PluginRoute.For(
            "/Plugin.Activate", DockerJson.Default.ActivateResponse, _ => Task.FromResult(new ActivateResponse([]))));
        using var kept = await plugin.ConnectAsync();
        (await kept.CallAsync("/Plugin.Activate", "")).Status.ShouldBe(200);

        var stop = plugin.StopAsync(CancellationToken.None);
        await Should.ThrowAsync<SocketException>(plugin.ConnectAsync);
        var last = await kept.CallAsync("/Plugin.Activate", "");

        last.Status.ShouldBe(200);
        last.Headers["Connection"].ShouldBe("close");
        await stop;
    }

    [Fact]
    public async Task A_stop_that_may_not_wait_cancels_the_call_under_way()
    {
        var started = new TaskCompletionSource();
        await using var plugin = await ServedPlugin.StartAsync(PluginRoute.For(
            "/NetworkDriver.Leave", DockerJson.Default.LeaveRequest, (_, ct) =>
            {
                started.SetResult();
                return Task.Delay(Timeout.Infinite, ct);
            }));
        var call = plugin.CallAsync("/NetworkDriver.Leave", "{}");
        await started.Task;

        await plugin.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TimeSpan.FromSeconds(5));

        await Should.ThrowAsync<IOException>(call);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    Task<PluginServer> StartAsync() => StartAsync([]);

    async Task<PluginServer> StartAsync(Dictionary<string, Socket> inherited)
    {
        var server = new PluginServer([new(SocketPath, [PluginRoute.For(
            "/Plugin.Activate", DockerJson.Default.ActivateResponse, _ => Task.FromResult(new ActivateResponse([])))])], inherited, _log);
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    async Task ShouldAnswerAsync()
    {
        using var connection = await HttpConnection.OpenAsync(SocketPath);
        (await connection.CallAsync("/Plugin.Activate", "")).Status.ShouldBe(200);
    }

    /// <summary>.NET removes the file of a socket that it bound, so the file is moved away from under it.</summary>
    static Socket BindElsewhere(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path + ".bound"));
        File.Move(path + ".bound", path);
        return socket;
    }

    static void LeaveStaleSocket(string path) => BindElsewhere(path).Dispose();

    static Socket Listen(string path)
    {
        var socket = BindElsewhere(path);
        socket.Listen();
        return socket;
    }
}
