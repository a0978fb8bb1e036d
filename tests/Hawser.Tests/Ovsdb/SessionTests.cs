using System.Text.Json;
using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

/// <summary>One connection to a real server.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task A_call_gives_the_result_or_the_servers_error()
    {
        await using var server = await Zoo.ServeAsync();
        await using var session = await OvsdbSession.ConnectAsync(server.Unix, null, Within.Seconds(10));

        var databases = await session.CallAsync("list_dbs", Parameters("[]"), Within.Seconds(10));
        databases.EnumerateArray().Select(name => name.GetString()).ShouldContain("Zoo");

        (await RefusedAsync(session, "fly", "[]")).Error.ShouldBe(OvsdbErrors.UnknownMethod);
        var unknown = await RefusedAsync(session, "get_schema", "[\"Garden\"]");
        unknown.Error.ShouldBe(OvsdbErrors.UnknownDatabase);
        unknown.Message.ShouldContain("Garden");
    }

    [Fact]
    public async Task A_probe_is_answered_while_a_transaction_is_parked()
    {
        // The server probes after one interval of silence and drops us after a second one. It takes no shorter
        // intervals than this (OVS lib/reconnect.c, reconnect_set_probe_interval).
        await using var server = await ServeWithProbesAsync(TimeSpan.FromSeconds(1));
        var changes = 0;
        var options = new OvsdbSessionOptions { ProbeInterval = TimeSpan.Zero, Notified = (_, _) => changes++ };
        await using var session = await OvsdbSession.ConnectAsync(server.Tcp, options, Within.Seconds(10));
        var wait = """["Open_vSwitch",{"op":"wait","table":"Bridge","timeout":2500,"where":[],"columns":["name"],"until":"==","rows":[{"name":"br0"}]}]""";

        var result = await session.CallAsync("transact", Parameters(wait), Within.Seconds(10));

        result[0].GetProperty("error").GetString().ShouldBe(OvsdbErrors.TimedOut);
        session.AbortReason.ShouldBeNull();
        changes.ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        using var mute = new MuteServer();
        var clock = new HeldClock();
        var options = new OvsdbSessionOptions { ProbeInterval = TimeSpan.FromMilliseconds(50), TimeProvider = clock };
        await using var session = await OvsdbSession.ConnectAsync(mute.Endpoint, options, Within.Seconds(10));

        var call = session.CallAsync("transact", Parameters("[\"Zoo\"]"), Within.Seconds(10));
        await mute.HearsAsync("transact", Within.Seconds(10));
        clock.Release();
        var error = await Should.ThrowAsync<OvsdbConnectionException>(() => call);

        error.OutcomeUnknown.ShouldBeTrue();
        error.Reason.ShouldContain("probe");
    }

    [Fact]
    public async Task An_idle_session_lives_on_its_own_probes()
    {
        await using var server = await Zoo.ServeAsync("ptcp:0:127.0.0.1");
        var clock = new ProbeClock();
        var options = new OvsdbSessionOptions { ProbeInterval = TimeSpan.FromMilliseconds(300), TimeProvider = clock };
        await using var session = await OvsdbSession.ConnectAsync(server.Tcp, options, Within.Seconds(10));

        // Two waits to each probe: one until it is due, one for its answer.
        await clock.WaitsAsync(6, Within.Seconds(10));

        session.AbortReason.ShouldBeNull();
    }

    [Fact]
    public async Task The_first_reason_of_an_end_is_everybodys()
    {
        await using var server = await Zoo.ServeAsync();
        await using var session = await OvsdbSession.ConnectAsync(server.Unix, null, Within.Seconds(10));
        var first = new OvsdbConnectionException("here", "first");
        var parked = session.CallAsync(
            "transact",
            Parameters("""["Zoo",{"op":"wait","table":"Animal","where":[],"columns":["name"],"until":"==","rows":[{"name":"ant"}]}]"""),
            Within.Seconds(10));
        await session.CallAsync("list_dbs", Parameters("[]"), Within.Seconds(10));

        session.Abort(first);
        session.Abort(new OvsdbConnectionException("here", "second"));
        await session.Completion.WaitAsync(Within.Seconds(10));

        session.AbortReason.ShouldBe(first);
        var pending = await Should.ThrowAsync<OvsdbConnectionException>(() => parked);
        pending.OutcomeUnknown.ShouldBeTrue();
        pending.InnerException.ShouldBe(first);
        var late = await Should.ThrowAsync<OvsdbConnectionException>(
            () => session.CallAsync("transact", Parameters("[\"Zoo\"]"), Within.Seconds(10)));
        late.OutcomeUnknown.ShouldBeFalse("it was never sent");
        late.Reason.ShouldBe("first");
    }

    [Fact]
    public async Task A_server_that_dies_ends_the_session()
    {
        await using var server = await Zoo.ServeAsync();
        await using var session = await OvsdbSession.ConnectAsync(server.Unix, null, Within.Seconds(10));
        await server.KillAsync();
        await session.Completion.WaitAsync(Within.Seconds(10));
        session.AbortReason.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_callback_that_throws_ends_the_session()
    {
        await using var server = await Zoo.ServeAsync();
        var failure = new InvalidOperationException("the callback's own");
        await using var session = await OvsdbSession.ConnectAsync(
            server.Unix, new OvsdbSessionOptions { Notified = (_, _) => throw failure }, Within.Seconds(10));
        await session.CallAsync("monitor", Parameters("""["Zoo","m",{"Animal":[{"columns":["name"]}]}]"""), Within.Seconds(10));

        // The update comes before the reply, so the reply is not read any more.
        await Should.ThrowAsync<OvsdbConnectionException>(() => session.CallAsync(
            "transact", Parameters("""["Zoo",{"op":"insert","table":"Animal","row":{"name":"ant"}}]"""), Within.Seconds(10)));

        session.AbortReason.ShouldBe(failure);
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_said_so()
    {
        var error = await Should.ThrowAsync<OvsdbConnectionException>(
            () => OvsdbSession.ConnectAsync(OvsdbEndpoint.Parse("unix:/nowhere/db.sock"), null, Within.Seconds(10)));
        error.Message.ShouldBe("unix:/nowhere/db.sock: there is no such socket");
    }

    [Fact]
    public async Task Ssl_needs_its_files() => await Should.ThrowAsync<ArgumentException>(
        () => OvsdbSession.ConnectAsync(OvsdbEndpoint.Parse("ssl:127.0.0.1:1"), null, Within.Seconds(10)));

    static async Task<OvsdbRequestException> RefusedAsync(OvsdbSession session, string method, string parameters) =>
        await Should.ThrowAsync<OvsdbRequestException>(
            () => session.CallAsync(method, Parameters(parameters), Within.Seconds(10)));

    /// <summary>A server's own probes are set by a row of Manager, as an administrator would.</summary>
    static async Task<OvsdbServer> ServeWithProbesAsync(TimeSpan interval)
    {
        var server = await OvsdbServer.StartAsync(OvsdbServer.VswitchSchema, "db:Open_vSwitch,Open_vSwitch,manager_options");
        await using var session = await OvsdbSession.ConnectAsync(server.Unix, null, Within.Seconds(10));
        var result = await session.CallAsync("transact", Parameters($$$"""
            ["Open_vSwitch",
             {"op":"insert","table":"Manager","uuid-name":"m","row":{"target":"ptcp:0:127.0.0.1","inactivity_probe":{{{interval.TotalMilliseconds}}}}},
             {"op":"insert","table":"Open_vSwitch","row":{"manager_options":["named-uuid","m"]}}]
            """), Within.Seconds(10));
        result[1].TryGetProperty("uuid", out _).ShouldBeTrue();
        await server.ListeningAsync(Within.Seconds(10));
        return server;
    }

    static Action<Utf8JsonWriter> Parameters(string json) => writer => writer.WriteRawValue(json);
}
