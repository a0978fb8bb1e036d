using System.Net;
using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

public class RouteTests
{
    [Theory]
    [InlineData("10.1.2.1/24", "10.1.2.7", null)]
    [InlineData("10.1.2.1/24", "192.0.2.7", "10.1.2.254")]
    [InlineData("fd00:1::1/64", "fd00:1::7", null)]
    [InlineData("fd00:1::1/64", "2001:db8::7", "fd00:1::254")]
    public void A_route_names_the_link_and_the_router(string own, string to, string? gateway) => PeerNamespace.RunBeside((route, link, _) =>
    {
        if (gateway is not null) Shell($"ip route add default via {gateway}");
        route.FindRoute(IPAddress.Parse(to)).ShouldBe(new Route(link.Index, gateway is null ? null : IPAddress.Parse(gateway)));
    }, [own], []);

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    public void Where_no_route_leads_there_is_none(string destination) => Run(() =>
    {
        using var route = new RouteNetlink();
        route.FindRoute(IPAddress.Parse(destination)).ShouldBeNull();
    });

    [Theory]
    [InlineData("unreachable", "192.0.2.7")]
    [InlineData("prohibit", "192.0.2.7")]
    [InlineData("blackhole", "192.0.2.7")]
    [InlineData("unreachable", "2001:db8::7")]
    [InlineData("prohibit", "2001:db8::7")]
    [InlineData("blackhole", "2001:db8::7")]
    public void A_route_that_refuses_is_none(string type, string destination) => Run(() =>
    {
        using var route = new RouteNetlink();
        Shell($"ip route add {type} {destination}");
        route.FindRoute(IPAddress.Parse(destination)).ShouldBeNull();
    });
}
