using System.Net.NetworkInformation;
using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

public class VethTests
{
    const int FileExists = 17;

    static VethSpec Pair(int number) => new() { Name = $"h{number}", PeerName = $"c{number}", Alias = $"hawser:{number}" };

    [Fact]
    public void A_pair_has_what_was_asked_for() => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeth(Pair(1) with { Mtu = 1400, PeerAddress = PhysicalAddress.Parse("02:42:0a:00:00:02") });

        var host = IpJson.Link("h1");
        host.Text("ifalias").ShouldBe("hawser:1");
        host.GetProperty("mtu").GetInt32().ShouldBe(1400);
        host.GetProperty("linkinfo").Text("info_kind").ShouldBe("veth");
        host.GetProperty("flags").ToString().ShouldContain("\"UP\"");
        host.Text("inet6_addr_gen_mode").ShouldBe("none");
        host.Text("group").ShouldBe("default");
        var peer = IpJson.Link("c1");
        peer.Text("ifalias").ShouldBe("hawser:1");
        peer.GetProperty("mtu").GetInt32().ShouldBe(1400);
        peer.Text("address").ShouldBe("02:42:0a:00:00:02");
        peer.GetProperty("flags").ToString().ShouldNotContain("\"UP\"");
        peer.Text("group").ShouldBe("default");
    });

    [Fact]
    public void The_host_end_stays_down_when_asked_to() => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeth(Pair(1) with { Up = false });
        route.FindLink("h1")!.IsUp.ShouldBeFalse();
    });

    [Fact]
    public void The_host_end_gets_no_link_local_address() => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeth(Pair(1));
        Shell("ip link set c1 up");
        Eventually(() => IpJson.Addresses("c1").Length == 1, "the peer's link-local address, which shows that the pair runs");
        IpJson.Addresses("h1").ShouldBeEmpty();
    });

    [Fact]
    public void An_mtu_too_small_for_ipv6_is_no_obstacle() => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeth(Pair(1) with { Mtu = 576 });
        route.FindLink("h1")!.IsUp.ShouldBeTrue();
    });

    [Theory]
    [InlineData("h1", "c1")]
    [InlineData("c1", "h1")]
    public void A_name_that_is_taken_is_an_error_and_leaves_its_owner_alone(string taken, string free) => Run(() =>
    {
        Shell($"ip link add {taken} type veth peer name zz");
        Shell($"ip link set {taken} alias theirs");
        using var route = new RouteNetlink();
        var failure = Should.Throw<NetlinkException>(() => route.AddVeth(Pair(1)));
        failure.Errno.ShouldBe(FileExists);
        failure.Message.ShouldStartWith("ip link add h1 type veth peer name c1: File exists");
        var link = IpJson.Link(taken);
        link.Text("ifalias").ShouldBe("theirs");
        link.GetProperty("flags").ToString().ShouldNotContain("\"UP\"");
        TryShell($"ip link show {free}").ExitCode.ShouldNotBe(0);
        IpJson.Links().Length.ShouldBe(3, "lo and the stranger's pair");
    });

    [Fact]
    public void The_kernels_own_words_are_in_the_message() => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeth(Pair(1));
        var failure = Should.Throw<NetlinkException>(() => route.SetMtu(route.FindLink("h1")!.Index, 7));
        failure.Details.ShouldNotBeNullOrEmpty();
        failure.Message.ShouldContain(failure.Details);
        failure.Message.ShouldContain("mtu 7: Invalid argument");
    });

    [Fact]
    public void Many_pairs_at_once_fail_each_for_itself() => Run(() =>
    {
        Shell("ip link add c70 type veth peer name zz");
        using var route = new RouteNetlink();
        var failures = route.AddVeths([.. Enumerable.Range(0, 200).Select(Pair)]);
        failures.Count.ShouldBe(200);
        failures[70]!.Message.ShouldStartWith("ip link add h70 type veth peer name c70: File exists");
        failures.Count(failure => failure is null).ShouldBe(199);
        var links = IpJson.Links();
        links.Count(link => link.TryGetProperty("ifalias", out _)).ShouldBe(2 * 199);
        links.ShouldAllBe(link => link.Text("group") == "default");
        foreach (var link in links.Where(link => link.TryGetProperty("ifalias", out _)))
        {
            link.Text("ifalias").ShouldBe($"hawser:{link.Text("ifname")[1..]}");
        }
    });

    [Theory]
    [InlineData("", "c1")]
    [InlineData("h1", "a-name-of-16-by.")]
    public void An_impossible_name_is_refused_before_anything_is_made(string name, string peerName) => Run(() =>
    {
        using var route = new RouteNetlink();
        Should.Throw<ArgumentException>(() => route.AddVeths([Pair(1), Pair(2) with { Name = name, PeerName = peerName }]));
        IpJson.Links().Length.ShouldBe(1);
    });

    [Fact]
    public void The_longest_alias_fits_and_a_longer_one_is_refused() => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeth(Pair(1) with { Alias = new string('a', 255) });
        route.FindLink("c1")!.Alias!.Length.ShouldBe(255);
        Should.Throw<ArgumentException>(() => route.AddVeth(Pair(2) with { Alias = new string('a', 256) }));
    });
}
