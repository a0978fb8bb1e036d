using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hawser.Docker.Plugin;

namespace Hawser.Tests.Protocol;

/// <summary>The shapes that a request can have on the wire.</summary>
public sealed class PluginTransportTests
{
    const string Body = """{"NetworkID":"d1f0","EndpointID":"9ab2","SandboxKey":"/var/run/docker/netns/2f1c6a0e7b31","Options":{"ü":"ö€𝄞"}}""";

    static PluginRoute EchoJoin { get; } = PluginRoute.For(
        "/NetworkDriver.Join", DockerJson.Default.JoinRequest, DockerJson.Default.JoinResponse,
        (request, _) => Task.FromResult(new JoinResponse(
            new(request.EndpointID, request.NetworkID), Gateway: request.Options?["ü"].GetString())));

    static PluginRoute Activate { get; } = PluginRoute.For(
        "/Plugin.Activate", DockerJson.Default.ActivateResponse,
        _ => Task.FromResult(new ActivateResponse(["NetworkDriver"])));

    [Theory]
    [InlineData("Host: \r\nContent-Length: {0}\r\n")]
    [InlineData("Host: plugin.moby.localhost\r\nContent-Length: {0}\r\n")]
    [InlineData("Host: \r\nContent-Type: application/json\r\nContent-Length: {0}\r\n")]
    [InlineData("Host: \r\nContent-Type: text/plain\r\nContent-Length: {0}\r\n")]
    [InlineData("Host: \r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {0}\r\n")]
    [InlineData("Host: \r\nContent-Type: !!\r\nContent-Length: {0}\r\n")]
    public async Task A_body_is_read_whatever_the_headers_say_of_it(string headers)
    {
        await using var plugin = await ServedPlugin.StartAsync(EchoJoin);
        using var connection = await plugin.ConnectAsync();
        var length = Encoding.UTF8.GetByteCount(Body) + 1;

        var reply = await connection.SendAsync("POST /NetworkDriver.Join HTTP/1.1\r\nUser-Agent: Go-http-client/1.1\r\n"
            + $"Accept: application/vnd.docker.plugins.v1.2+json\r\n{string.Format(null, headers, length)}\r\n{Body}\n");

        ShouldBeTheEcho(reply);
    }

    [Fact]
    public async Task A_chunked_body_is_read()
    {
        await using var plugin = await ServedPlugin.StartAsync(EchoJoin);
        using var connection = await plugin.ConnectAsync();
        var bytes = Encoding.UTF8.GetBytes(Body);

        byte[][] request =
        [
            "POST /NetworkDriver.Join HTTP/1.1\r\nHost: \r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(),
            .. bytes.Select(one => (byte[])[.. "1\r\n"u8, one, .. "\r\n"u8]),
            "0\r\n\r\n"u8.ToArray(),
        ];

        ShouldBeTheEcho(await connection.SendAsync(request));
    }

    [Fact]
    public async Task A_request_may_be_cut_at_any_byte()
    {
        await using var plugin = await ServedPlugin.StartAsync(EchoJoin);
        using var connection = await plugin.ConnectAsync();
        var request = Encoding.UTF8.GetBytes(
            $"POST /NetworkDriver.Join HTTP/1.1\r\nHost: \r\nContent-Length: {Encoding.UTF8.GetByteCount(Body)}\r\n\r\n{Body}");

        for (var cut = 1; cut < request.Length; cut++)
            ShouldBeTheEcho(await connection.SendAsync(request[..cut], request[cut..]));
    }

    [Fact]
    public async Task Two_requests_in_one_write_get_two_replies_in_order()
    {
        await using var plugin = await ServedPlugin.StartAsync(EchoJoin, Activate);
        using var connection = await plugin.ConnectAsync();
        await connection.WriteAsync("POST /Plugin.Activate HTTP/1.1\r\nHost: \r\nContent-Length: 0\r\n\r\n"u8.ToArray());

        var second = connection.CallAsync("/NetworkDriver.Join", Body);

        (await second).Text.ShouldBe("""{"Implements":["NetworkDriver"]}""");
        ShouldBeTheEcho(await connection.ReadAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not read at all")]
    public async Task A_method_without_arguments_does_not_look_at_the_body(string body)
    {
        await using var plugin = await ServedPlugin.StartAsync(Activate);

        var reply = await plugin.CallAsync("/Plugin.Activate", body);

        reply.Status.ShouldBe(200);
        reply.Text.ShouldBe("""{"Implements":["NetworkDriver"]}""");
        reply.Headers["Content-Type"].ShouldBe("application/vnd.docker.plugins.v1.1+json");
    }

    [Fact]
    public async Task A_method_with_nothing_to_say_says_an_empty_object()
    {
        await using var plugin = await ServedPlugin.StartAsync(PluginRoute.For(
            "/NetworkDriver.Leave", DockerJson.Default.LeaveRequest, (_, _) => Task.CompletedTask));

        var reply = await plugin.CallAsync("/NetworkDriver.Leave", "{}");

        reply.Status.ShouldBe(200);
        reply.Text.ShouldBe("{}");
    }

    [Fact]
    public async Task A_route_may_be_a_page_to_get()
    {
        await using var plugin = await ServedPlugin.StartAsync(
            new PluginRoute("/metrics", NeedsBody: false, (_, _) => Task.FromResult<ReadOnlyMemory<byte>>("up 1\n"u8.ToArray()))
            {
                Verb = "GET",
                ContentType = "text/plain; version=0.0.4",
            });
        using var connection = await plugin.ConnectAsync();

        var reply = await connection.SendAsync("GET /metrics?now HTTP/1.1\r\nHost: \r\n\r\n");

        (reply.Status, reply.Text, reply.Headers["Content-Type"]).ShouldBe((200, "up 1\n", "text/plain; version=0.0.4"));
        (await connection.CallAsync("/metrics", "")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Calls_run_side_by_side()
    {
        var arrived = 0;
        var all = new TaskCompletionSource();
        await using var plugin = await ServedPlugin.StartAsync(PluginRoute.For(
            "/NetworkDriver.Leave", DockerJson.Default.LeaveRequest, (_, _) =>
            {
                if (Interlocked.Increment(ref arrived) == 64)
                    all.SetResult();
                return all.Task;
            }));

        var replies = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => plugin.CallAsync("/NetworkDriver.Leave", "{}")));

        replies.ShouldAllBe(reply => reply.Status == 200);
    }

    /// <summary>Kestrel looks for idle connections once a second; dockerd loses a request's body to one that closes.</summary>
    [Fact]
    public async Task An_idle_connection_stays_open()
    {
        await using var plugin = await ServedPlugin.StartAsync(Activate);
        using var connection = await plugin.ConnectAsync();
        (await connection.CallAsync("/Plugin.Activate", "")).Status.ShouldBe(200);

        await Task.Delay(TimeSpan.FromSeconds(2.5));

        (await connection.CallAsync("/Plugin.Activate", "")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Each_socket_serves_its_own_routes()
    {
        using var folder = new SocketFolder();
        using var log = new LogLines();
        await using var server = new PluginServer([new(folder["a.sock"], [Activate]), new(folder["b.sock"], [EchoJoin])], ImmutableDictionary<string, Socket>.Empty, log);
        await server.StartAsync(CancellationToken.None);
        using var a = await HttpConnection.OpenAsync(folder["a.sock"]);
        using var b = await HttpConnection.OpenAsync(folder["b.sock"]);

        (await a.CallAsync("/Plugin.Activate", "")).Status.ShouldBe(200);
        (await b.CallAsync("/Plugin.Activate", "")).Status.ShouldBe(404);
        ShouldBeTheEcho(await b.CallAsync("/NetworkDriver.Join", Body));
    }

    static void ShouldBeTheEcho(HttpReply reply)
    {
        reply.Status.ShouldBe(200);
        reply.Headers["Content-Type"].ShouldBe("application/vnd.docker.plugins.v1.1+json");
        reply.Json.GetProperty("InterfaceName").GetProperty("SrcName").GetString().ShouldBe("9ab2");
        reply.Json.GetProperty("Gateway").GetString().ShouldBe("ö€𝄞");
        reply.Json.ValueKind.ShouldBe(JsonValueKind.Object);
    }
}
