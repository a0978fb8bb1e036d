using System.Collections.Immutable;
using System.Net;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Plan;

namespace Hawser.Tests.Core;

/// <summary>Which flows the kernel must forget after a change.</summary>
public sealed class StaleFlowsTests
{
    const int Udp = 17;
    const int Tcp = 6;

    static readonly HostIntent Network = HostIntent.Empty.With(new NetworkRecord
    {
        Id = new NetworkId("n"),
        Options = new NetworkOptions { BridgeName = "br-n" },
        Subnets = [new Subnet(IPNetwork.Parse("10.1.0.0/24"), IPAddress.Parse("10.1.0.1"))],
    });

    [Theory]
    [InlineData("192.0.2.1:53", "192.0.2.1:53", true)] // begun before the port was published
    [InlineData("192.0.2.1:53", "10.1.0.4:53", true)] // to the container of before
    [InlineData("192.0.2.1:53", "10.1.0.5:53", false)]
    [InlineData("192.0.2.1:54", "192.0.2.1:54", false)]
    [InlineData("198.51.100.9:53", "198.51.100.9:53", false)] // a container asks a resolver somewhere else
    public void What_was_sent_to_a_newly_published_port_must_lead_to_its_container(string destination, string answerer, bool stale) =>
        IsStale(StaleFlows.Between(Network, Network.With(Endpoint("e", "10.1.0.5", Published(Udp)))), Udp, "198.51.100.7:4000", destination, answerer).ShouldBe(stale);

    [Fact]
    public void A_published_port_of_TCP_is_none_of_its_business() =>
        StaleFlows.Between(Network, Network.With(Endpoint("e", "10.1.0.5", Published(Tcp)))).IsEmpty.ShouldBeTrue();

    [Fact]
    public void What_led_to_a_container_that_publishes_no_more_is_stale()
    {
        var before = Network.With(Endpoint("e", "10.1.0.5", Published(Udp)));
        IsStale(StaleFlows.Between(before, Network.With(Endpoint("e", "10.1.0.5"))), Udp, "198.51.100.7:4000", "192.0.2.1:53", "10.1.0.5:53").ShouldBeTrue();
    }

    [Fact]
    public void A_port_of_one_address_leaves_those_of_others_alone()
    {
        var flows = StaleFlows.Between(Network, Network.With(Endpoint("e", "10.1.0.5", Published(Udp, "192.0.2.1"))));
        IsStale(flows, Udp, "198.51.100.7:4000", "192.0.2.1:53", "192.0.2.1:53").ShouldBeTrue();
        IsStale(flows, Udp, "198.51.100.7:4000", "127.0.0.1:53", "127.0.0.1:53").ShouldBeFalse();
    }

    [Fact]
    public void Flows_of_an_endpoint_that_goes_are_stale_unless_another_has_its_address()
    {
        var going = Network.With(Endpoint("e", "10.1.0.5") with { Phase = EndpointPhase.Removing });
        IsStale(StaleFlows.Between(Network, going), Tcp, "10.1.0.5:4000", "198.51.100.7:80", "198.51.100.7:80").ShouldBeTrue();
        IsStale(StaleFlows.Between(Network, going), Tcp, "198.51.100.7:4000", "192.0.2.1:80", "10.1.0.5:80").ShouldBeTrue();
        IsStale(StaleFlows.Between(Network, going), Tcp, "198.51.100.7:4000", "192.0.2.1:80", "10.1.0.6:80").ShouldBeFalse();
        StaleFlows.Between(Network, going.With(Endpoint("new", "10.1.0.5"))).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Nothing_is_stale_where_nothing_changed()
    {
        var intent = Network.With(Endpoint("e", "10.1.0.5", Published(Udp)));
        StaleFlows.Between(intent, intent.With(Endpoint("other", "10.1.0.6"))).IsEmpty.ShouldBeTrue();
    }

    static PublishedPort Published(int protocol, string? hostAddress = null) => new(protocol, hostAddress is null ? null : IPAddress.Parse(hostAddress), 53, 53);

    static EndpointRecord Endpoint(string id, string address, params ImmutableArray<PublishedPort> ports) => new()
    {
        Id = new EndpointId(id),
        Network = new NetworkId("n"),
        Phase = EndpointPhase.Plugged,
        Address = IPAddress.Parse(address),
        Ports = ports,
    };

    // The host has 192.0.2.1 and 127.0.0.1.
    static bool IsStale(StaleFlows flows, int protocol, string source, string destination, string answerer) => flows.Contains(
        protocol, IPEndPoint.Parse(source), IPEndPoint.Parse(destination), IPEndPoint.Parse(answerer), a => a.ToString() is "192.0.2.1" or "127.0.0.1");
}
