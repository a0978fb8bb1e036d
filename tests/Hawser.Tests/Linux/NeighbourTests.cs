using System.Net;
using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

public class NeighbourTests
{
    const string WrongMac = "02:00:00:00:00:99";

    [Theory]
    [InlineData("10.1.2.1/24", "10.1.2.2")]
    [InlineData("fd00:1::1/64", "fd00:1::2")]
    public void A_neighbour_is_asked_for_though_the_kernel_believes_to_know_it(string own, string peer) => RunBesideAPeer((route, index) =>
    {
        // A question about an IPv6 neighbour comes from the link-local address, which a veth of ours lacks.
        Shell("ip address add fe80::1/64 dev h nodad");
        Shell($"ip address add {own} dev h nodad && ip neighbour replace {peer} lladdr {WrongMac} dev h nud reachable");
        MacOf(peer).ShouldBe(WrongMac);
        route.AskForNeighbour(index, IPAddress.Parse(peer)).ShouldBeTrue();
        Eventually(() => MacOf(peer) is { Length: > 0 } mac && mac != WrongMac, "the peer's answer");
        route.DumpNeighbours().Single(n => n.Address.ToString() == peer).ShouldBe(new Neighbour(index, IPAddress.Parse(peer), IsKnown: true, IsPermanent: false));
    }, own, peer);

    [Fact]
    public void A_neighbour_that_does_not_answer_is_not_known() => RunBesideAPeer((route, index) =>
    {
        Shell("ip address add 10.1.2.1/24 dev h");
        route.AskForNeighbour(index, IPAddress.Parse("10.1.2.77")).ShouldBeTrue();
        route.DumpNeighbours().Single(n => n.Address.ToString() == "10.1.2.77").IsKnown.ShouldBeFalse();
    }, "10.1.2.1/24", "10.1.2.2");

    [Fact]
    public void What_somebody_set_by_hand_can_be_told() => RunBesideAPeer((route, _) =>
    {
        Shell($"ip neighbour replace 10.1.2.9 lladdr {WrongMac} dev h nud permanent");
        route.DumpNeighbours().Single(n => n.Address.ToString() == "10.1.2.9").IsPermanent.ShouldBeTrue();
    }, "10.1.2.1/24", "10.1.2.2");

    [Fact]
    public void Without_its_link_nobody_is_asked() => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AskForNeighbour(99_999, IPAddress.Parse("10.1.2.2")).ShouldBeFalse();
    });

    [Theory]
    [InlineData("10.1.2.1/24", "10.1.2.7", null)]
    [InlineData("10.1.2.1/24", "192.0.2.7", "10.1.2.254")]
    [InlineData("fd00:1::1/64", "fd00:1::7", null)]
    [InlineData("fd00:1::1/64", "2001:db8::7", "fd00:1::254")]
    public void A_route_names_the_link_and_the_router(string own, string destination, string? gateway) => RunBesideAPeer((route, index) =>
    {
        Shell($"ip address add {own} dev h nodad" + (gateway is null ? "" : $" && ip route add default via {gateway}"));
        route.FindRoute(IPAddress.Parse(destination)).ShouldBe(new Route(index, gateway is null ? null : IPAddress.Parse(gateway)));
    }, own, "");

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

    static string MacOf(string peer) => Shell($"ip neighbour show to {peer} dev h | sed -n 's/.*lladdr \\([^ ]*\\).*/\\1/p'").Trim();

    // The peer is in a namespace of its own: a host does not answer itself.
    static void RunBesideAPeer(Action<RouteNetlink, int> test, string own, string peer) => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeth(new() { Name = "h", PeerName = "c", Alias = "hawser:test" });
        var prefix = own[own.IndexOf('/', StringComparison.Ordinal)..];
        var pid = Shell("unshare -n sleep 60 >/dev/null 2>&1 & echo $!").Trim();
        try
        {
            Eventually(() => TryShell($"test $(readlink /proc/{pid}/ns/net) != $(readlink /proc/self/ns/net)").ExitCode == 0, "the peer's namespace");
            Shell($"ip link set dev c netns {pid} && nsenter -t {pid} -n ip link set dev c up && ip link set dev h up");
            if (peer.Length > 0) Shell($"nsenter -t {pid} -n ip address add {peer}{prefix} dev c nodad");
            test(route, route.FindLink("h")!.Index);
        }
        finally
        {
            Shell($"kill {pid}");
        }
    });
}
