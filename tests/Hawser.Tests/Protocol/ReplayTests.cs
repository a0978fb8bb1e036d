using System.Net;
using System.Text.Json;
using Hawser.Docker.Plugin;

namespace Hawser.Tests.Protocol;

/// <summary>The traffic of four real engines, through the real server.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string> Engines { get; } = new(Recordings.Files.Select(file => Path.GetFileNameWithoutExtension(file)));

    [Fact]
    public void There_are_four_engines() => Recordings.Files.Length.ShouldBe(4);

    [Theory, MemberData(nameof(Engines))]
    public void A_recorded_body_is_sent_as_long_as_the_engine_sent_it(string engine) =>
        Recordings.Read(FileOf(engine)).ShouldAllBe(request =>
            request.Headers.Any(header => header.Name == "Content-Length" && header.Value == $"{request.BodyBytes.Length}"));

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_recorded_request_gets_a_valid_reply(string engine)
    {
        await using var plugin = await ServedPlugin.StartAsync(ScriptedDriver.Routes);
        var contract = new ReplyContract();

        var calls = await Replay.RunAsync(plugin.SocketPath, FileOf(engine));

        calls.Length.ShouldBeGreaterThan(100);
        calls.ShouldAllBe(call => call.Status == 200);
        calls.SelectMany(call => contract.Check(call.Request, call.Reply).Select(broken => $"{call}: {broken}")).ShouldBeEmpty();
        plugin.Log.Failures.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_recorded_request_that_lost_its_body_is_refused(string engine)
    {
        await using var plugin = await ServedPlugin.StartAsync(ScriptedDriver.Routes);
        using var connection = await plugin.ConnectAsync();

        foreach (var request in Recordings.Read(FileOf(engine)).Where(request => request.Body is not null).DistinctBy(request => request.Method))
        {
            var reply = await connection.SendAsync(request.ToHttp(otherBody: []));

            reply.Status.ShouldBe(400, request.Method);
            reply.Err.ShouldNotBeNull().ShouldStartWith("empty request body", customMessage: request.Method);
        }
    }

    /// <summary>What the recorder answered was accepted by the engines, so a contract that refuses it would be wrong.</summary>
    [Theory, MemberData(nameof(Engines))]
    public void The_recorded_replies_keep_the_contract(string engine)
    {
        var contract = new ReplyContract();

        Recordings.Read(FileOf(engine)).SelectMany(request => contract.Check(request, request.Reply))
            .Where(broken => broken != "an internal network has a gateway").ShouldBeEmpty(); // the recorder gave one, on purpose
    }

    [Fact]
    public void Published_ports_are_read_as_they_were_sent()
    {
        var request = Recordings.All
            .First(request => request.Method == "NetworkDriver.CreateEndpoint" && request.Step.Contains("-p 8080:80", StringComparison.Ordinal));
        var message = JsonSerializer.Deserialize(request.BodyBytes, DockerJson.Default.CreateEndpointRequest)!;

        RequestOptions.ReadPortMap(message.Options).OrderBy(port => port.ContainerPort).ShouldBe(
        [
            new(6, null, 8080, 8080, 80),
            new(6, null, 0, 0, 443),
            new(17, IPAddress.Parse("127.0.0.1"), 9000, 9000, 9000),
            new(17, IPAddress.Parse("127.0.0.1"), 9001, 9001, 9001),
            new(17, IPAddress.Parse("127.0.0.1"), 9002, 9002, 9002),
        ]);
        RequestOptions.ReadExposedPorts(message.Options).ShouldContain(new ExposedPort(6, 5000));
    }

    static string FileOf(string engine) => Recordings.Files.Single(file => Path.GetFileNameWithoutExtension(file) == engine);
}
