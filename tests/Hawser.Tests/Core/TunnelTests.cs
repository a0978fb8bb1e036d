using System.Net;
using Hawser.Core.Plan;

namespace Hawser.Tests.Core;

public sealed class TunnelTests
{
    [Theory]
    [InlineData("198.51.100.7")]
    [InlineData("fd00::7")]
    public void A_tunnel_of_ovn_controllers_in_userspace_ends_at_its_peer(string peer) =>
        Tunnel.Of(UserspaceVswitch.OfTunnel("netdev", peer)).ShouldHaveSingleItem().ShouldBe(new Tunnel("ovn-two-0", IPAddress.Parse(peer)));

    [Fact]
    public void In_the_kernel_the_kernel_asks_by_itself() => Tunnel.Of(UserspaceVswitch.OfTunnel("system", "198.51.100.7")).ShouldBeEmpty();

    [Fact]
    public void A_tunnel_that_ovs_vswitchd_has_not_made_learns_nothing_from_answers() =>
        Tunnel.Of(UserspaceVswitch.OfTunnel("netdev", "198.51.100.7", ofPort: null)).ShouldBeEmpty();

    [Fact]
    public void Tunnels_of_others_are_their_business() => Tunnel.Of(UserspaceVswitch.OfTunnel("netdev", "198.51.100.7", chassis: null)).ShouldBeEmpty();

    [Fact]
    public void A_peer_that_depends_on_the_flow_is_no_address() => Tunnel.Of(UserspaceVswitch.OfTunnel("netdev", "flow")).ShouldBeEmpty();

    [Fact]
    public void A_tunnel_is_no_link_of_the_hosts() => UserspaceLink.Of(UserspaceVswitch.OfTunnel("netdev", "198.51.100.7")).ShouldBeEmpty();
}
