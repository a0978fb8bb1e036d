using System.Net;
using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

public class AddressTests
{
    [Fact]
    public void An_ipv4_address_comes_with_its_broadcast() => RunOnLink((route, index) =>
    {
        route.ReplaceAddress(index, IPAddress.Parse("10.1.2.3"), 20);
        route.ReplaceAddress(index, IPAddress.Parse("10.1.2.3"), 20);
        var address = IpJson.Addresses("h").ShouldHaveSingleItem();
        address.Text("local").ShouldBe("10.1.2.3");
        address.GetProperty("prefixlen").GetInt32().ShouldBe(20);
        address.Text("broadcast").ShouldBe("10.1.15.255");
    });

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public void A_prefix_without_a_broadcast_gets_none(int prefixLength) => RunOnLink((route, index) =>
    {
        route.ReplaceAddress(index, IPAddress.Parse("10.1.2.2"), prefixLength);
        IpJson.Addresses("h").ShouldHaveSingleItem().TryGetProperty("broadcast", out _).ShouldBeFalse();
    });

    [Fact]
    public void An_ipv6_address_can_be_used_at_once() => RunOnLink((route, index) =>
    {
        route.ReplaceAddress(index, IPAddress.Parse("fd00::1"), 64);
        route.ReplaceAddress(index, IPAddress.Parse("fd00::1"), 64);
        var address = IpJson.Addresses("h").ShouldHaveSingleItem();
        address.Text("local").ShouldBe("fd00::1");
        address.GetProperty("nodad").GetBoolean().ShouldBeTrue();
        address.TryGetProperty("tentative", out _).ShouldBeFalse();
    });

    [Fact]
    public void Deleting_says_if_there_was_nothing() => RunOnLink((route, index) =>
    {
        foreach (var text in (string[])["10.0.0.1", "fd00::1"])
        {
            var address = IPAddress.Parse(text);
            route.ReplaceAddress(index, address, 24);
            route.DeleteAddress(index, address, 24).ShouldBeTrue();
            route.DeleteAddress(index, address, 24).ShouldBeFalse();
            route.DeleteAddress(99_999, address, 24).ShouldBeFalse();
        }

        IpJson.Addresses("h").ShouldBeEmpty();
    });

    [Fact]
    public void A_dump_holds_both_families() => RunOnLink((route, index) =>
    {
        Shell("ip address add 10.9.0.1 peer 10.9.0.2/32 dev h");
        route.ReplaceAddress(index, IPAddress.Parse("fd00::1"), 64);
        route.DumpAddresses().ShouldBe(
            [
                new InterfaceAddress(1, IPAddress.Loopback, 8),
                new InterfaceAddress(1, IPAddress.IPv6Loopback, 128),
                new InterfaceAddress(index, IPAddress.Parse("10.9.0.1"), 32),
                new InterfaceAddress(index, IPAddress.Parse("fd00::1"), 64),
            ],
            ignoreOrder: true);
    });

    [Fact]
    public void An_impossible_prefix_is_refused() => RunOnLink((route, index) =>
        Should.Throw<ArgumentOutOfRangeException>(() => route.ReplaceAddress(index, IPAddress.Loopback, 33)));

    static void RunOnLink(Action<RouteNetlink, int> test) => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeth(new() { Name = "h", PeerName = "c", Alias = "hawser:test" });
        test(route, route.FindLink("h")!.Index);
    });
}
