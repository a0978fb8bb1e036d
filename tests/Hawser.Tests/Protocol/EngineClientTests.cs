using System.Net;
using System.Text;
using Hawser.Docker.Engine;

namespace Hawser.Tests.Protocol;

/// <summary>Docker's API as it is, and as it is when it is unwell.</summary>
public sealed class EngineClientTests
{
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Networks_come_with_their_endpoints_and_without_the_one_that_has_just_gone()
    {
        await using var engine = ScriptedEngine.Answering(target => target switch
        {
            "GET /networks?filters=%7B%22driver%22%3A%5B%22hawser%22%5D%7D" => ScriptedEngine.Ok("""[{"Id":"n1","Name":"a"},{"Id":"n2","Name":"b"}]"""),
            "GET /networks/n1" => ScriptedEngine.Ok("""
                {"Id":"n1","Name":"a","Created":"2026-01-01T00:00:00Z","Scope":"local","Driver":"hawser","EnableIPv6":true,"Internal":true,
                 "IPAM":{"Driver":"default","Options":null,"Config":[{"Subnet":"10.9.0.0/16","IPRange":"10.9.8.0/21","Gateway":"10.9.0.1","AuxiliaryAddresses":{"x":"10.9.0.2"}}]},
                 "ConfigFrom":{"Network":""},"Options":{"vlan":"120"},"Labels":null,
                 "Containers":{"c1":{"Name":"web","EndpointID":"e1","MacAddress":"02:42:0a:09:00:05","IPv4Address":"10.9.0.5/16","IPv6Address":null}}}
                """),
            _ => ScriptedEngine.Reply("404 Not Found", """{"message":"network n2 not found"}"""),
        });
        using var client = new EngineClient(engine.SocketPath);

        var network = (await client.NetworksAsync(["hawser"], None)).ShouldHaveSingleItem();

        (network.Id, network.EnableIPv4, network.EnableIPv6, network.Internal).ShouldBe(("n1", true, true, true));
        network.Options.ShouldNotBeNull()["vlan"].ShouldBe("120");
        network.IPAM!.Config!.Single().IPRange.ShouldBe("10.9.8.0/21");
        network.Containers!["c1"].ShouldBe(new("web", "e1", "02:42:0a:09:00:05", "10.9.0.5/16", ""));
    }

    [Fact]
    public async Task Containers_come_with_their_attachments()
    {
        await using var engine = ScriptedEngine.Answering(_ => ScriptedEngine.Ok("""
            [{"Id":"c1","Names":["/web"],"State":"running","Ports":[],"NetworkSettings":{"Networks":{
                "a":{"IPAMConfig":null,"NetworkID":"n1","EndpointID":"e1","Gateway":"10.9.0.1","IPAddress":"10.9.0.5","IPPrefixLen":16,
                     "MacAddress":"02:42:0a:09:00:05","IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"DriverOpts":null},
                "b":null}}}]
            """));
        using var client = new EngineClient(engine.SocketPath);

        var container = (await client.ContainersAsync(None)).ShouldHaveSingleItem();

        container.Names.ShouldBe(["/web"]);
        container.NetworkSettings!.Networks!["a"].ShouldBe(
            new("n1", "e1", "10.9.0.5", 16, "", 0, "02:42:0a:09:00:05", "10.9.0.1", ""));
    }

    [Fact]
    public async Task A_container_tells_what_it_wished_to_publish()
    {
        await using var engine = ScriptedEngine.Answering(_ => ScriptedEngine.Ok("""
            {"Id":"c1","Name":"/web","State":{"Status":"running","Running":true,"Pid":4242},
             "HostConfig":{"PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}],"443/tcp":null},"PublishAllPorts":true},
             "Config":{"ExposedPorts":{"80/tcp":{},"443/tcp":{},"53/udp":{}}},
             "NetworkSettings":{"Networks":{"a":{"DriverOpts":{"qos-kbit":"5000"}}}}}
            """));
        using var client = new EngineClient(engine.SocketPath);

        var container = (await client.InspectContainerAsync("c 1", None)).ShouldNotBeNull();

        container.State!.Pid.ShouldBe(4242);
        container.HostConfig!.PortBindings!["80/tcp"].ShouldBe([new("", "8080")]);
        container.HostConfig.PortBindings["443/tcp"].ShouldBeNull();
        container.Published.ShouldBe([("80/tcp", new("", "8080")), ("443/tcp", new()), ("53/udp", new())]);
        container.NetworkSettings!.Networks!["a"]!.DriverOpts!["qos-kbit"].ShouldBe("5000");
        engine.Requests.Single().Line.ShouldBe("GET /containers/c%201/json HTTP/1.1");
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_null()
    {
        await using var engine = ScriptedEngine.Answering(_ => ScriptedEngine.Reply("404 Not Found", """{"message":"No such container: c1"}"""));
        using var client = new EngineClient(engine.SocketPath);

        (await client.InspectContainerAsync("c1", None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_network_is_made_with_what_was_said_and_no_more()
    {
        await using var engine = ScriptedEngine.Answering(_ => ScriptedEngine.Reply("201 Created", """{"Id":"n7","Warning":""}"""));
        using var client = new EngineClient(engine.SocketPath);

        var id = await client.CreateNetworkAsync(new("blue", "hawser")
        {
            Internal = true,
            IPAM = new("default", [new("10.9.0.0/16")]),
            Options = new Dictionary<string, string> { ["vlan"] = "120" },
        }, None);

        id.ShouldBe("n7");
        engine.Requests.Single().ShouldBe(("POST /networks/create HTTP/1.1",
            """{"Name":"blue","Driver":"hawser","Internal":true,"Options":{"vlan":"120"},"IPAM":{"Driver":"default","Config":[{"Subnet":"10.9.0.0/16","Gateway":"","IPRange":""}]},"CheckDuplicate":true}"""));
    }

    [Fact]
    public async Task Dockers_own_words_are_kept()
    {
        await using var engine = ScriptedEngine.Answering(_ => ScriptedEngine.Reply("409 Conflict", """{"message":"network with name blue already exists"}"""));
        using var client = new EngineClient(engine.SocketPath);

        var failure = await Should.ThrowAsync<EngineException>(client.CreateNetworkAsync(new("blue", "hawser"), None));

        failure.Status.ShouldBe(HttpStatusCode.Conflict);
        failure.Message.ShouldBe("network with name blue already exists");
    }

    [Theory]
    [InlineData("502 Bad Gateway", "<html>")]
    [InlineData("500 Internal Server Error", "")]
    [InlineData("500 Internal Server Error", "{}")]
    [InlineData("500 Internal Server Error", "[1]")]
    public async Task A_failure_without_words_tells_its_status(string status, string body)
    {
        await using var engine = ScriptedEngine.Answering(_ => ScriptedEngine.Reply(status, body));
        using var client = new EngineClient(engine.SocketPath);

        (await Should.ThrowAsync<EngineException>(client.PingAsync(None))).Message.ShouldBe($"Docker's API answered {status}");
    }

    [Theory]
    [InlineData("{\"Id\":")]
    [InlineData("{}")]
    [InlineData("[{\"Id\":[]}]")]
    [InlineData("")]
    public async Task An_answer_that_makes_no_sense_is_a_failure(string body)
    {
        await using var engine = ScriptedEngine.Answering(_ => ScriptedEngine.Ok(body));
        using var client = new EngineClient(engine.SocketPath);

        var failure = await Should.ThrowAsync<EngineException>(client.ContainersAsync(None));

        failure.Message.ShouldStartWith($"Docker's API at unix:{engine.SocketPath} failed at GET /containers/json: the answer is not what was asked for");
    }

    [Fact]
    public async Task Null_is_an_empty_list()
    {
        await using var engine = ScriptedEngine.Answering(_ => ScriptedEngine.Ok("null"));
        using var client = new EngineClient(engine.SocketPath);

        (await client.ContainersAsync(None)).ShouldBeEmpty();
        (await client.NetworksAsync(["hawser"], None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_a_failure()
    {
        await using var engine = ScriptedEngine.Answering(_ => "200 OK\r\nContent-Length: 500\r\n\r\n[{\"Id\":\"c1\"");
        using var client = new EngineClient(engine.SocketPath);

        (await Should.ThrowAsync<EngineException>(client.ContainersAsync(None))).Message.ShouldEndWith("the connection broke");
    }

    [Fact]
    public async Task An_engine_that_is_away_is_not_reachable()
    {
        using var folder = new SocketFolder();
        using var client = new EngineClient(folder["docker.sock"]);

        (await Should.ThrowAsync<EngineException>(client.PingAsync(None))).Message
            .ShouldBe($"Docker's API at unix:{folder["docker.sock"]} is not reachable: there is no such socket");
        await File.WriteAllTextAsync(folder["docker.sock"], "");
        (await Should.ThrowAsync<EngineException>(client.PingAsync(None))).Message
            .ShouldBe($"Docker's API at unix:{folder["docker.sock"]} is not reachable: Connection refused");
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_is_given_up_but_a_cancelled_question_stays_cancelled()
    {
        await using var engine = ScriptedEngine.Writing((_, _, ct) => Task.Delay(Timeout.Infinite, ct));
        using var client = new EngineClient(engine.SocketPath, deadline: TimeSpan.FromMilliseconds(100));
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));

        await Should.ThrowAsync<OperationCanceledException>(client.PingAsync(cancelled.Token));
        (await Should.ThrowAsync<EngineException>(client.PingAsync(None))).Message.ShouldEndWith("failed at GET /_ping: no answer within 0.1 s");
    }

    [Fact]
    public async Task Events_come_one_by_one_until_the_engine_ends()
    {
        var seen = new SemaphoreSlim(0);
        await using var engine = ScriptedEngine.Writing(async (_, stream, ct) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), ct);
            foreach (var action in new[] { "connect", "disconnect" })
            {
                // A whole event and no byte of the next: the reader must not wait for more.
                var json = $$$"""{"Type":"network","Action":"{{{action}}}","Actor":{"ID":"n1","Attributes":{"container":"c1"}},"scope":"local","timeNano":17}""" + "\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{json.Length:x}\r\n{json}\r\n"), ct);
                await seen.WaitAsync(ct);
            }
        });
        using var client = new EngineClient(engine.SocketPath, deadline: TimeSpan.FromMilliseconds(200));
        var actions = new List<string>();

        var failure = await Should.ThrowAsync<EngineException>(async () =>
        {
            await foreach (var happened in client.EventsAsync(None))
            {
                happened.Actor!.Attributes!["container"].ShouldBe("c1");
                actions.Add(happened.Action);
                await Task.Delay(250); // longer than the deadline, which must not end the stream
                seen.Release();
            }
        });

        actions.ShouldBe(["connect", "disconnect"]);
        failure.Message.ShouldContain("failed at GET /events");
    }

    [Fact]
    public async Task Waiting_for_events_can_be_cancelled()
    {
        await using var engine = ScriptedEngine.Writing(async (_, stream, ct) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), ct);
            await Task.Delay(Timeout.Infinite, ct);
        });
        using var client = new EngineClient(engine.SocketPath);
        using var end = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var happened in client.EventsAsync(end.Token))
                happened.ShouldBeNull();
        });
    }
}
