using Hawser.Core;
using Hawser.Docker.Plugin;
using Microsoft.Extensions.Logging;

namespace Hawser.Tests.Protocol;

/// <summary>What a call that goes wrong is answered with, and what the log says of it.</summary>
public sealed class PluginFailureTests
{
    int _calls;

    [Theory]
    [InlineData("/NetworkDriver.Nonsense")]
    [InlineData("/networkdriver.leave")]
    [InlineData("/NetworkDriver.Leave/")]
    [InlineData("/")]
    public async Task An_unknown_path_is_not_found(string path)
    {
        await using var plugin = await ServedPlugin.StartAsync(Leave(_ => Task.CompletedTask));

        var reply = await plugin.CallAsync(path, "{}");

        reply.Status.ShouldBe(404);
        reply.Err.ShouldBe($"no such method: POST {path}");
        _calls.ShouldBe(0);
    }

    [Theory]
    [InlineData("", "empty request body")]
    [InlineData("null", "the request body is null")]
    [InlineData("{\"NetworkID\":", "not valid JSON at line 1, byte 14")]
    [InlineData("{}{}", "not valid JSON")]
    [InlineData("\0\u0001", "not valid JSON")]
    [InlineData("[]", "wrong type at $ ")]
    [InlineData("{\"NetworkID\":7}", "wrong type at $.NetworkID (line 1, byte 15)")]
    [InlineData("{\"NetworkID\":{\"a\":[]}}", "wrong type at $.NetworkID")]
    [InlineData("{\"NetworkID\":\"\\ud800\"}", "wrong type at $.NetworkID")]
    public async Task A_body_that_cannot_be_read_is_refused_before_anything_happens(string body, string problem)
    {
        await using var plugin = await ServedPlugin.StartAsync(Leave(_ => Task.CompletedTask));

        var reply = await plugin.CallAsync("/NetworkDriver.Leave", body);

        reply.Status.ShouldBe(400);
        reply.Err.ShouldNotBeNull().ShouldContain(problem);
        _calls.ShouldBe(0);
        plugin.Log.Failures.Single().ShouldContain(problem);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    public async Task A_body_without_measure_is_refused_and_the_refusal_can_be_read(int megabytes)
    {
        await using var plugin = await ServedPlugin.StartAsync(Leave(_ => Task.CompletedTask));

        var reply = await plugin.CallAsync("/NetworkDriver.Leave", new string(' ', megabytes << 20));

        reply.Status.ShouldBe(413);
        reply.Err.ShouldBe("the request body is larger than 4194304 bytes");
        _calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_refusal_is_told_in_its_own_words()
    {
        await using var plugin = await ServedPlugin.StartAsync(
            Leave(_ => throw new PluginException("option vlan: \"1O0\" is not a number from 1 to 4094")));

        var reply = await plugin.CallAsync("/NetworkDriver.Leave", "{}");

        reply.Status.ShouldBe(500);
        reply.Text.ShouldNotContain("Error");
        reply.Err.ShouldBe("option vlan: \"1O0\" is not a number from 1 to 4094");
        plugin.Log.Lines.Where(line => line.Level >= LogLevel.Warning).ShouldHaveSingleItem().Exception.ShouldBeNull();
    }

    [Fact]
    public async Task An_ipam_failure_is_told_under_both_names()
    {
        await using var plugin = await ServedPlugin.StartAsync(PluginRoute.For(
            "/IpamDriver.ReleasePool", DockerJson.Default.ReleasePoolRequest, (_, _) => throw new PluginException("full")));

        var reply = await plugin.CallAsync("/IpamDriver.ReleasePool", "{}");

        reply.Status.ShouldBe(500);
        reply.Text.ShouldBe("""{"Err":"full","Error":"full"}""");
    }

    [Fact]
    public async Task An_unforeseen_failure_is_told_by_reference_only()
    {
        await using var plugin = await ServedPlugin.StartAsync(
            Leave(_ => throw new InvalidOperationException("a secret at /etc/shadow")));

        var reply = await plugin.CallAsync("/NetworkDriver.Leave", "{}");

        reply.Status.ShouldBe(500);
        var reference = reply.Err.ShouldNotBeNull().Split(' ')[^1];
        reference.ShouldMatch("^[0-9a-f]{8}$");
        reply.Text.ShouldNotContain("secret");
        var line = plugin.Log.Lines.Where(line => line.Level >= LogLevel.Warning).ShouldHaveSingleItem();
        line.Text.ShouldContain(reference);
        line.Exception.ShouldBeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task A_call_that_heeds_its_deadline_says_what_it_waited_for()
    {
        await using var plugin = await ServedPlugin.StartAsync(Leave(async ct =>
        {
            await Task.Delay(Timeout.Infinite, ct).ContinueWith(_ => { }, CancellationToken.None);
            throw new PluginException("port web has no ofport yet");
        }) with
        { Deadline = TimeSpan.FromMilliseconds(100) });

        var reply = await plugin.CallAsync("/NetworkDriver.Leave", "{}");

        reply.Status.ShouldBe(500);
        reply.Err.ShouldBe("NetworkDriver.Leave did not finish within 0.1 s: port web has no ofport yet");
    }

    [Fact]
    public async Task A_call_that_is_cancelled_by_its_deadline_is_told_as_late()
    {
        await using var plugin = await ServedPlugin.StartAsync(
            Leave(ct => Task.Delay(Timeout.Infinite, ct)) with { Deadline = TimeSpan.FromMilliseconds(100) });

        var reply = await plugin.CallAsync("/NetworkDriver.Leave", "{}");

        reply.Status.ShouldBe(500);
        reply.Err.ShouldNotBeNull().ShouldStartWith("NetworkDriver.Leave did not finish within 0.1 s: ");
    }

    [Fact]
    public async Task A_call_that_ignores_its_deadline_is_answered_without_it_and_its_end_is_logged()
    {
        var stuck = new TaskCompletionSource();
        await using var plugin = await ServedPlugin.StartAsync(
            Leave(_ => stuck.Task) with { Deadline = TimeSpan.FromMilliseconds(100) });

        var reply = await plugin.CallAsync("/NetworkDriver.Leave", "{}");
        stuck.SetException(new InvalidOperationException("at last"));

        reply.Status.ShouldBe(500);
        reply.Err.ShouldBe("NetworkDriver.Leave did not finish within 0.1 s: it is still running");
        await Eventually(() => plugin.Log.Lines.Any(line => line.Text.Contains("answered without it", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_body_that_never_comes_does_not_hold_the_call()
    {
        await using var plugin = await ServedPlugin.StartAsync(
            Leave(_ => Task.CompletedTask) with { Deadline = TimeSpan.FromMilliseconds(100) });
        using var connection = await plugin.ConnectAsync();

        var reply = await connection.SendAsync("POST /NetworkDriver.Leave HTTP/1.1\r\nHost: \r\nContent-Length: 9\r\n\r\n{");

        reply.Status.ShouldBe(400);
        reply.Err.ShouldBe("the request body did not arrive within 0.1 s");
    }

    [Fact]
    public async Task A_caller_that_hangs_up_cancels_its_call()
    {
        var (started, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var plugin = await ServedPlugin.StartAsync(Leave(async ct =>
        {
            ct.Register(cancelled.SetResult);
            started.SetResult();
            await cancelled.Task;
            ct.ThrowIfCancellationRequested();
        }));
        using (var connection = await plugin.ConnectAsync())
        {
            await connection.WriteAsync("POST /NetworkDriver.Leave HTTP/1.1\r\nHost: \r\nContent-Length: 2\r\n\r\n{}"u8.ToArray());
            await started.Task;
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(5));

        plugin.Log.Failures.ShouldBeEmpty();
    }

    [Fact]
    public void A_deadline_beyond_dockers_patience_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Leave(_ => Task.CompletedTask) with { Deadline = TimeSpan.FromSeconds(16) });

    PluginRoute Leave(Func<CancellationToken, Task> method) => PluginRoute.For(
        "/NetworkDriver.Leave", DockerJson.Default.LeaveRequest, (_, ct) =>
        {
            _calls++;
            return method(ct);
        });

    static async Task Eventually(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        while (!condition())
            await Task.Delay(10, limit.Token);
    }
}
