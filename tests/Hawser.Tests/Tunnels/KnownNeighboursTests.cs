using System.Net;
using Hawser.Core;
using Hawser.Tunnels;

namespace Hawser.Tests.Tunnels;

public sealed class KnownNeighboursTests
{
    const string Show = """
        IP                                            MAC                 Bridge
        ==========================================================================
        198.51.100.7                                  02:68:77:00:00:07   br-phy
        2001:db8:51::7                                02:68:77:00:00:07   br-phy
        198.51.100.8                                                      br-phy INCOMPLETE
        198.51.100.9                                  02:68:77:00:00:09   br-phy STALE

        """;

    [Theory]
    [InlineData("198.51.100.7", true)]
    [InlineData("2001:db8:51::7", true)]
    [InlineData("198.51.100.8", false)]
    [InlineData("198.51.100.9", false)]
    public void What_ovs_vswitchd_asks_for_or_has_forgotten_it_does_not_know(string address, bool isKnown)
    {
        var known = KnownNeighbours.Parse(Show, "900");
        (known.Find(new NextHop("br-phy", "br-phy", IPAddress.Parse(address))) is not null).ShouldBe(isKnown);
        known.Find(new NextHop("br-other", "br-phy", IPAddress.Parse(address))).ShouldBeNull();
    }

    [Fact]
    public void Its_MAC_address_is_read()
    {
        MacAddress.TryParse("02:68:77:00:00:07", out var mac).ShouldBeTrue();
        KnownNeighbours.Parse(Show, "900").Find(new NextHop("br-phy", "vlan7", IPAddress.Parse("198.51.100.7"))).ShouldBe(mac);
    }

    [Theory]
    [InlineData("30", 30)]
    [InlineData("30\n", 30)]
    [InlineData("", 900)]
    public void It_says_how_long_it_remembers(string aging, int seconds) =>
        KnownNeighbours.Parse(Show, aging).Aging.ShouldBe(TimeSpan.FromSeconds(seconds));
}
