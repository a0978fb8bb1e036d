using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>docker run -p, as Docker's own bridge has it.</summary>
[Collection(Collections.Main)]
public sealed class PublishedPortTests(MainHost host) : LabTest(host)
{
    readonly int _port = LabHost.NextPort();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateNetworkAsync("");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_outside_reaches_a_TCP_port()
    {
        await WebAsync($"--network net1 -p {_port}:80");
        (await FetchFromOutsideAsync($"http://{Host.Address}:{_port}")).Text.ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_container_sees_the_real_address_of_the_caller()
    {
        await WebAsync($"--network net1 -p {_port}:80");
        (await FetchFromOutsideAsync($"http://{Host.Address}:{_port}/cgi-bin/who")).Text.ShouldContain(LabHost.OutsideAddress);
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_outside_reaches_a_UDP_port()
    {
        await Host.RunContainerAsync("echo", $"--network net1 -p {_port}:9000/udp", "echo-server udp 9000");
        (await AskUdpAsync(Host.Address, _port)).Text.ShouldBe("hello");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_UDP_client_that_keeps_its_port_reaches_the_container_that_was_made_anew()
    {
        await CreateNetworkAsync("--subnet 10.74.0.0/24", "net2");
        await AskAsync(isAnswered: false);
        foreach (var address in new[] { "10.74.0.10", "10.74.0.20" })
        {
            await Host.RunContainerAsync("echo", $"--network net2 --ip {address} -p {_port}:9000/udp", "echo-server udp 9000");
            await AskAsync(isAnswered: true);
            await Host.DockerAsync("rm -f echo");
        }

        // As long as it sends, the kernel remembers its flow.
        async Task AskAsync(bool isAnswered)
        {
            var asked = await LabHost.TryOutsideAsync($$"""
                perl -MIO::Socket::INET -e '
                  my $socket = IO::Socket::INET->new(Proto => "udp", LocalPort => {{_port}}, PeerAddr => "{{Host.Address}}", PeerPort => {{_port}}) or die;
                  for (1 .. {{(isAnswered ? 20 : 2)}}) {
                    my $answer = "";
                    $socket->send("hello");
                    eval { local $SIG{ALRM} = sub { die }; alarm 1; $socket->recv($answer, 5); alarm 0 };
                    exit 0 if $answer eq "hello";
                    select(undef, undef, undef, 0.1);
                  }
                  exit 1'
                """);
            asked.Succeeded.ShouldBe(isAnswered, asked.ToString());
        }
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task SCTP_is_published_or_refused_with_a_sentence()
    {
        var run = await Host.TryDockerAsync($"run -d --name echo --network net1 -p {_port}:9000/sctp busybox sleep 1h");
        if (run.Succeeded)
            await Host.RunAsync($"iptables-save -t nat | grep HAWSER- | grep -F -- '-p sctp' | grep -F -- '--dport {_port}'");
        else
            run.Output.ShouldContain("sctp", Case.Insensitive);
    }

    [Fact]
    public async Task The_host_reaches_the_port_by_its_own_address()
    {
        await WebAsync($"--network net1 -p {_port}:80");
        (await FetchFromHostAsync($"http://{Host.Address}:{_port}")).Text.ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_host_reaches_the_port_by_127_0_0_1()
    {
        await WebAsync($"--network net1 -p {_port}:80");
        (await FetchFromHostAsync($"http://127.0.0.1:{_port}")).Text.ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_container_reaches_its_own_published_port()
    {
        var web = await WebAsync($"--network net1 -p {_port}:80");
        (await web.FetchAsync($"http://{Host.Address}:{_port}")).ShouldBe("web");
    }

    [Fact]
    public async Task A_container_on_the_same_network_reaches_the_published_port()
    {
        await WebAsync($"--network net1 -p {_port}:80");
        var client = await SleepAsync("--network net1");
        (await client.FetchAsync($"http://{Host.Address}:{_port}")).ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_container_on_another_network_reaches_the_published_port()
    {
        await CreateNetworkAsync("", "net2");
        await WebAsync($"--network net1 -p {_port}:80");
        var client = await SleepAsync("--network net2");
        (await client.FetchAsync($"http://{Host.Address}:{_port}")).ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_container_on_Dockers_bridge_reaches_the_published_port()
    {
        await WebAsync($"--network net1 -p {_port}:80");
        var client = await SleepAsync("");
        (await client.FetchAsync($"http://{Host.Address}:{_port}")).ShouldBe("web");
    }

    [Fact]
    public async Task A_range_of_ports_is_published()
    {
        LabHost.NextPort();
        await Host.RunContainerAsync("web", $"--network net1 -p {_port}-{_port + 1}:80-81", "sh -c 'web second 81 & exec web first'");
        (await FetchFromOutsideAsync($"http://{Host.Address}:{_port}")).Text.ShouldBeOneOf("first", "second");
        (await FetchFromOutsideAsync($"http://{Host.Address}:{_port + 1}")).Text.ShouldBeOneOf("first", "second");
    }

    [Fact]
    public async Task The_first_port_of_a_range_that_is_free_is_published()
    {
        LabHost.NextPort();
        await WebAsync($"--network net1 -p {_port}:80", "first");
        await WebAsync($"--network net1 -p {_port}-{_port + 1}:80", "second");
        (await FetchFromOutsideAsync($"http://{Host.Address}:{_port + 1}")).Text.ShouldBe("second");
        var third = await Host.TryDockerAsync($"run -d --name third --network net1 -p {_port}-{_port + 1}:80 busybox sleep 1h");
        third.Output.ShouldContain($"port {_port}-{_port + 1}/tcp on every address is already in use");
    }

    [Fact]
    public async Task Status_tells_the_port_that_an_ephemeral_publication_got()
    {
        // docker port cannot tell it: Docker has no way to ask a network plugin.
        await WebAsync("--network net1 -p 80");
        var published = (await Host.RunAsync("hawser status --json | jq -r '.endpoints[0].published[0]'")).Text;
        var port = published.Split("->")[0].Split(':')[^1];
        (await FetchFromOutsideAsync($"http://{Host.Address}:{port}")).Text.ShouldBe("web");
    }

    [Fact]
    public async Task A_host_address_limits_the_publication_to_itself()
    {
        await WebAsync($"--network net1 -p 127.0.0.1:{_port}:80");
        (await FetchFromHostAsync($"http://127.0.0.1:{_port}")).Text.ShouldBe("web");
        (await LabHost.TryOutsideAsync($"timeout 2 busybox wget -qO- http://{Host.Address}:{_port}")).Succeeded.ShouldBeFalse();
    }

    [Trait("DependsOn", "versions")]
    [Theory]
    [InlineData("")]
    [InlineData("--network net2")]
    public async Task A_port_on_127_0_0_1_is_for_the_host_alone(string neighbour)
    {
        await CreateNetworkAsync("", "net2");
        await WebAsync($"--network net1 -p 127.0.0.1:{_port}:80");
        (await FetchFromHostAsync($"http://127.0.0.1:{_port}")).Text.ShouldBe("web");
        // A neighbour whose 127.0.0.1 is this host: the kernel looks at such an address only after rules have led the packet elsewhere.
        var client = await SleepAsync($"{neighbour} --cap-add NET_ADMIN --sysctl net.ipv4.conf.all.route_localnet=1");
        var gateway = (await client.DefaultRoutesAsync()).Split(' ')[2];
        await client.ExecAsync($"sh -c 'ip address del 127.0.0.1/8 dev lo; ip route add 127.0.0.1 via {gateway}'");
        await client.DoesNotFetchAsync($"http://127.0.0.1:{_port}");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_and_named()
    {
        await WebAsync($"--network net1 -p {_port}:80");
        var second = await Host.TryDockerAsync($"run -d --name second --network net1 -p {_port}:80 busybox sleep 1h");
        second.Succeeded.ShouldBeFalse();
        second.Output.ShouldContain($"{_port}");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task The_port_is_closed_when_the_container_stops_and_open_when_it_starts()
    {
        await WebAsync($"--network net1 -p {_port}:80");
        await Host.DockerAsync("stop web");
        (await LabHost.TryOutsideAsync($"timeout 2 busybox wget -qO- http://{Host.Address}:{_port}")).Succeeded.ShouldBeFalse();
        await Host.DockerAsync("start web");
        (await FetchFromOutsideAsync($"http://{Host.Address}:{_port}")).Text.ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_container_on_Dockers_bridge_does_not_reach_a_port_that_is_not_published()
    {
        var web = await WebAsync("--network net1");
        var client = await SleepAsync("");
        await client.DoesNotFetchAsync($"http://{await web.AddressAsync()}");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_port_that_is_not_published_is_not_reached_from_outside()
    {
        var web = await WebAsync("--network net1");
        var address = await web.AddressAsync();
        await Host.OutsideAsync($"ip route replace {address}/32 via {Host.Address}");
        (await LabHost.TryOutsideAsync($"timeout 2 busybox wget -qO- http://{address}")).Succeeded.ShouldBeFalse();
        await Host.OutsideAsync($"ip route del {address}/32");
    }
}
