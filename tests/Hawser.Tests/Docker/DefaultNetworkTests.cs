using Hawser.Core.Options;
using Hawser.Docker.Engine;
using Hawser.Hosting;
using Hawser.Tests.Protocol;

namespace Hawser.Tests.Docker;

/// <summary>The network that hawser serve --bridge-name makes sure of.</summary>
public sealed class DefaultNetworkTests
{
    [Fact]
    public async Task It_is_tried_again_until_it_exists_and_each_reason_is_logged_once()
    {
        var answers = new Queue<string>(
        [
            .. Enumerable.Repeat(ScriptedEngine.Reply("500 Internal Server Error", """{"message":"Open vSwitch is away"}"""), 2),
            ScriptedEngine.Reply("500 Internal Server Error", """{"message":"no such mode"}"""),
            ScriptedEngine.Reply("201 Created", """{"Id":"n1"}"""),
        ]);
        await using var engine = ScriptedEngine.Answering(target => target.StartsWith("GET", StringComparison.Ordinal) ? ScriptedEngine.Ok("[]") : answers.Dequeue());
        using var client = new EngineClient(engine.SocketPath);
        using var log = new LogLines();
        var network = new DefaultNetwork(new DefaultNetworkOptions("br-default", null, null, BridgeMode.Nat, null), client, log);

        var done = new List<bool>();
        for (var i = 0; i < 4; i++) done.Add(await network.EnsureAsync(CancellationToken.None));

        done.ShouldBe([false, false, false, true]);
        log.Lines.Select(l => l.Exception?.Message).OfType<string>().ShouldBe(["Open vSwitch is away", "no such mode"]);
    }
}
