using System.Net.NetworkInformation;
using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

public class LinkTests
{
    const uint Group = 0x6877;

    static VethSpec[] Pairs(int count) =>
        [.. Enumerable.Range(0, count).Select(number => new VethSpec { Name = $"h{number}", PeerName = $"c{number}", Alias = "hawser:x" })];

    [Fact]
    public void A_link_is_found_by_name_as_it_is() => Run(() =>
    {
        Shell("ip link add br0 type bridge; ip link set br0 up");
        Shell("ip link add va type veth peer name vb; ip link set va up mtu 1300 alias 'an alias' address 02:00:00:00:00:07 group 42 master br0; ip link set vb up");
        using var route = new RouteNetlink();
        var bridge = route.FindLink("br0")!;
        bridge.Kind.ShouldBe("bridge");
        var link = route.FindLink("va")!;
        link.ShouldBe(new Link
        {
            Index = IpJson.Link("va").GetProperty("ifindex").GetInt32(),
            Name = "va",
            Alias = "an alias",
            Kind = "veth",
            Address = PhysicalAddress.Parse("02:00:00:00:00:07"),
            Mtu = 1300,
            IsUp = true,
            IsRunning = true,
            PeerIndex = route.FindLink("vb")!.Index,
            Master = bridge.Index,
            Group = 42,
        });
        route.FindLink("missing").ShouldBeNull();
    });

    [Fact]
    public void Five_hundred_links_are_dumped_whole() => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeths(Pairs(250)).ShouldAllBe(failure => failure == null);
        var links = route.DumpLinks();
        links.Select(link => link.Name).ShouldBe(IpJson.Links().Select(link => link.Text("ifname")), ignoreOrder: true);
        links.Count.ShouldBe(501);
        links.ShouldContain(route.FindLink("c249")!);
    });

    [Fact]
    public void A_link_is_changed() => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeth(Pairs(1)[0]);
        var index = route.FindLink("h0")!.Index;
        route.SetDown(index);
        IpJson.Link("h0").GetProperty("flags").ToString().ShouldNotContain("\"UP\"");
        route.SetMtu(index, 9000);
        route.SetAddress(index, PhysicalAddress.Parse("02:11:22:33:44:55"));
        route.SetAlias(index, "changed");
        route.SetName(index, "renamed");
        route.SetUp(index);
        var link = IpJson.Link("renamed");
        link.GetProperty("flags").ToString().ShouldContain("\"UP\"");
        link.GetProperty("mtu").GetInt32().ShouldBe(9000);
        link.Text("address").ShouldBe("02:11:22:33:44:55");
        link.Text("ifalias").ShouldBe("changed");
        route.SetAlias(index, "");
        IpJson.Link("renamed").TryGetProperty("ifalias", out _).ShouldBeFalse();
    });

    [Fact]
    public void Deleting_takes_the_peer_along_and_says_if_there_was_nothing() => Run(() =>
    {
        using var route = new RouteNetlink();
        route.AddVeth(Pairs(1)[0]);
        route.DeleteLink("h0").ShouldBeTrue();
        route.DeleteLink("h0").ShouldBeFalse();
        IpJson.Links().Length.ShouldBe(1);
    });

    [Fact]
    public void Two_hundred_pairs_go_at_once_and_nothing_else() => Run(() =>
    {
        using var route = new RouteNetlink();
        Shell("ip link add stays type veth peer name stayc");
        route.AddVeths(Pairs(201)).ShouldAllBe(failure => failure == null);
        var indexes = route.DumpLinks().Where(link => link.Name.StartsWith('h')).Select(link => link.Index).ToArray();
        indexes.Length.ShouldBe(201);
        route.DeleteLink("h200"); // gone meanwhile

        route.DeleteLinks(indexes, Group);
        IpJson.Links().Select(link => link.Text("ifname")).ShouldBe(["lo", "stays", "stayc"], ignoreOrder: true);
        route.DeleteLinks(indexes, Group); // all gone meanwhile
    });

    [Fact]
    public void Group_zero_is_everybodys_and_refused() => Run(() =>
    {
        using var route = new RouteNetlink();
        Should.Throw<ArgumentOutOfRangeException>(() => route.DeleteLinks([1], 0));
    });
}
