using System.Net;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Core;

public sealed class TunnelTests
{
    static readonly Snapshot Nothing = Snapshot.Empty(DatabaseSchema.Parse(File.ReadAllText(OvsdbServer.VswitchSchema)));

    [Theory]
    [InlineData("198.51.100.7")]
    [InlineData("fd00::7")]
    public void A_tunnel_of_ovn_controllers_in_userspace_ends_at_its_peer(string peer) =>
        Tunnel.Of(With("netdev", peer)).ShouldHaveSingleItem().Peer.ShouldBe(IPAddress.Parse(peer));

    [Fact]
    public void In_the_kernel_the_kernel_asks_by_itself() => Tunnel.Of(With("system", "198.51.100.7")).ShouldBeEmpty();

    [Fact]
    public void A_tunnel_that_ovs_vswitchd_has_not_made_learns_nothing_from_answers() =>
        Tunnel.Of(With("netdev", "198.51.100.7", ofPort: null)).ShouldBeEmpty();

    [Fact]
    public void Tunnels_of_others_are_their_business() => Tunnel.Of(With("netdev", "198.51.100.7", chassis: null)).ShouldBeEmpty();

    [Fact]
    public void A_peer_that_depends_on_the_flow_is_no_address() => Tunnel.Of(With("netdev", "flow")).ShouldBeEmpty();

    [Fact]
    public void Tunnels_leave_by_internal_ports_of_bridges_in_userspace()
    {
        var internals = With("netdev", "198.51.100.7", type: "internal");
        Tunnel.Underlays(internals).ShouldBe(["ovn-two-0"]);
        Tunnel.Underlays(With("netdev", "198.51.100.7")).ShouldBeEmpty();
    }

    static Snapshot With(string datapath, string peer, long? ofPort = 5, string? chassis = "two@198.51.100.7", string type = "geneve")
    {
        var (bridge, port, end) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        return Nothing
            .Put(Vswitch.Interface, end,
            [
                new("name", Datum.Of("ovn-two-0")), new("type", Datum.Of(type)),
                new("ofport", ofPort is { } number ? Datum.Of(number) : Datum.Empty),
                new("options", Datum.StringMap([new("remote_ip", peer)])),
            ])
            .Put(Vswitch.Port, port,
            [
                new("interfaces", Datum.Of(end)),
                new("external_ids", chassis is null ? Datum.EmptyMap : Datum.StringMap([new("ovn-chassis-id", chassis)])),
            ])
            .Put(Vswitch.Bridge, bridge, [new("ports", Datum.Of(port)), new("datapath_type", Datum.Of(datapath))]);
    }
}
