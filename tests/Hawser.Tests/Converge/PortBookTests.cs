using System.Net;
using System.Net.Sockets;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Linux;
using Hawser.State;
using Hawser.Tests.Protocol;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Converge;

/// <summary>The host's ports, on a host that has none but lo.</summary>
public sealed class PortBookTests : IDisposable
{
    const byte Tcp = 6;

    readonly LogLines _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void An_address_of_another_host_is_named() => Run(() =>
        Refusal(new PortRequest(Tcp, IPAddress.Parse("192.0.2.5"), 8080, 8080, 80)).ShouldBe("port 8080/tcp cannot be published on 192.0.2.5: that is not an address of this host"));

    [Fact]
    public void A_capability_that_a_privileged_port_needs_is_named() => Run(() =>
    {
        DropCapabilities();
        Refusal(new PortRequest(Tcp, null, 80, 80, 80)).ShouldBe("port 80/tcp cannot be published on every address: Hawser has no capability CAP_NET_BIND_SERVICE, which ports below 1024 need");
    });

    [Fact]
    public void The_first_port_of_a_range_that_is_free_is_taken() => Run(() =>
    {
        var book = new PortBook(_log);
        var range = new PortRequest(Tcp, null, 8000, 8002, 80);
        using var process = PortReservation.TryReserve(Tcp, IPAddress.Any, 8000);
        var first = Endpoint("a") with { Ports = book.Take(Endpoint("a"), [range], HostIntent.Empty) };
        first.Ports.ShouldBe([new PublishedPort(Tcp, null, 8001, 80)]);
        var second = Endpoint("b") with { Ports = book.Take(Endpoint("b"), [range], HostIntent.Empty.With(first)) };
        second.Ports.ShouldBe([new PublishedPort(Tcp, null, 8002, 80)]);
        Should.Throw<PortTakenException>(() => book.Take(Endpoint("c"), [range], HostIntent.Empty.With(first).With(second))).Message.ShouldStartWith("port 8000-8002/tcp on every address is already in use");
    });

    [Fact]
    public void A_container_with_a_network_for_each_family_publishes_a_port_on_both() => Run(() =>
    {
        // Since 28.0 Docker asks for a container's ports on its gateway for IPv4 and on that for IPv6, which may be two networks.
        var book = new PortBook(_log);
        var request = new PortRequest(Tcp, null, 8080, 8080, 80);
        var first = Endpoint("a") with { Ports = book.Take(Endpoint("a"), [request], HostIntent.Empty) };
        var second = Endpoint("b") with { Address = null, AddressIPv6 = IPAddress.Parse("fd00:1::2") };
        book.Take(second, [request], HostIntent.Empty.With(first)).ShouldBe([new PublishedPort(Tcp, null, 8080, 80)]);
        PortReservation.TryReserve(Tcp, IPAddress.Any, 8080).ShouldBeNull();
        PortReservation.TryReserve(Tcp, IPAddress.IPv6Any, 8080).ShouldBeNull();
        Should.Throw<PortTakenException>(() => book.Take(Endpoint("c"), [request], HostIntent.Empty.With(first)));
    });

    // Docker 29 asks for a container's ports at both gateways, in whichever order its networks come.
    [Theory]
    [InlineData("one family first")]
    [InlineData("both families first")]
    public void A_gateway_of_one_family_takes_its_ports_from_the_containers_gateway_of_both(string order) => Run(() =>
    {
        var book = new PortBook(_log);
        var request = new PortRequest(Tcp, null, 8080, 8080, 80);
        var one = Endpoint("one") with { Sandbox = "s" };
        var both = Endpoint("both") with { Sandbox = "s", AddressIPv6 = IPAddress.Parse("fd00:1::2") };
        var intent = HostIntent.Empty;
        foreach (var endpoint in order == "one family first" ? new[] { one, both } : [both, one])
            intent = intent.With(endpoint with { Ports = book.Take(endpoint, [request], intent) });

        intent.PublishedFamilies(intent.Endpoints[one.Id]).ShouldBe([AddressFamily.InterNetwork]);
        intent.PublishedFamilies(intent.Endpoints[both.Id]).ShouldBe([AddressFamily.InterNetworkV6]);
        book.Release(one.Id);
        using (PortReservation.TryReserve(Tcp, IPAddress.Any, 8080).ShouldNotBeNull()) { }
        PortReservation.TryReserve(Tcp, IPAddress.IPv6Any, 8080).ShouldBeNull();
        intent = intent.With(one);
        book.Take(both, [request], intent);
        PortReservation.TryReserve(Tcp, IPAddress.Any, 8080).ShouldBeNull();
        Should.Throw<PortTakenException>(() => book.Take(Endpoint("other") with { Sandbox = "t" }, [request], intent));
    });

    [Fact]
    public void Endpoints_whose_sandbox_has_no_name_take_no_ports_from_each_other() => Run(() =>
    {
        var one = Endpoint("one") with { Sandbox = "", Ports = [new PublishedPort(Tcp, null, 8080, 80)] };
        var both = Endpoint("both") with { Sandbox = "", AddressIPv6 = IPAddress.Parse("fd00:1::2"), Ports = [new PublishedPort(Tcp, null, 8081, 80)] };
        HostIntent.Empty.With(one).With(both).PublishedFamilies(both).ShouldBe([AddressFamily.InterNetwork, AddressFamily.InterNetworkV6]);
    });

    [Fact]
    public void What_cannot_be_held_at_the_start_is_logged_once_and_the_rest_is_held() => Run(() =>
    {
        var endpoint = Endpoint("e") with { Ports = [new PublishedPort(Tcp, IPAddress.Parse("192.0.2.5"), 8080, 80), new PublishedPort(Tcp, null, 8081, 80)] };
        new PortBook(_log).Restore(HostIntent.Empty.With(endpoint));
        _log.Failures.ShouldBe(["A host port of endpoint e is not held; its rules stay: reserve tcp port 192.0.2.5:8080: Cannot assign requested address"]);
        PortReservation.TryReserve(Tcp, IPAddress.Any, 8081).ShouldBeNull();
    });

    [Fact]
    public void A_running_container_keeps_the_ports_that_can_be_had() => Run(() =>
    {
        PortRequest[] requests = [new(Tcp, IPAddress.Parse("192.0.2.5"), 8080, 8080, 80), new(Tcp, null, 8081, 8081, 80)];
        new PortBook(_log).TakeBack(Endpoint("e"), [.. requests], HostIntent.Empty).ShouldBe([new PublishedPort(Tcp, null, 8081, 80)]);
        _log.Failures.ShouldBe(["Endpoint e goes on without one of its host ports: port 8080/tcp cannot be published on 192.0.2.5: that is not an address of this host"]);
    });

    string Refusal(PortRequest request) => Should.Throw<PluginException>(() => new PortBook(_log).Take(Endpoint("e"), [request], HostIntent.Empty)).Message;

    static EndpointRecord Endpoint(string id) => new() { Id = new EndpointId(id), Network = new NetworkId("n"), Address = IPAddress.Parse("10.1.0.2") };
}
