using System.Net;
using Hawser.Core;
using Hawser.Core.Ipam;

namespace Hawser.Tests.Core;

public sealed class AddressPoolTests
{
    static AddressPool Pool(string subnet, string? range = null, string vrf = "") =>
        new("ovn-local", vrf, IPNetwork.Parse(subnet), range is null ? null : IPNetwork.Parse(range));

    [Theory]
    [InlineData("10.9.0.0/16", null, "", "ovn-local//10.9.0.0/16")]
    [InlineData("10.9.0.0/16", "10.9.8.0/21", "", "ovn-local//10.9.0.0/16/10.9.8.0/21")]
    [InlineData("fd00:68::/64", null, "blue", "ovn-local/blue/fd00:68::/64")]
    public void The_id_says_all_that_was_asked_for(string subnet, string? range, string vrf, string id)
    {
        var pool = Pool(subnet, range, vrf);
        pool.Id.ShouldBe(id);
        AddressPool.Parse(id).ShouldBe(pool);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.9.0.0/16")]
    [InlineData("ovn-local//10.9.0.0/99")]
    [InlineData("ovn-local//10.9.0.0/16/10.9.8.0/99")]
    [InlineData("ovn-local//10.9.0.0/16/1/2/3")]
    public void What_is_no_id_is_refused(string text) =>
        Should.Throw<PluginException>(() => AddressPool.Parse(text)).Message.ShouldContain($"\"{text}\"");

    [Theory]
    [InlineData("10.9.0.0/24", "10.9.0.0", false)]
    [InlineData("10.9.0.0/24", "10.9.0.1", true)]
    [InlineData("10.9.0.0/24", "10.9.0.254", true)]
    [InlineData("10.9.0.0/24", "10.9.0.255", false)]
    [InlineData("10.9.0.0/24", "10.9.1.1", false)]
    [InlineData("10.9.0.0/31", "10.9.0.0", true)]
    [InlineData("10.9.0.0/31", "10.9.0.1", true)]
    [InlineData("10.9.0.7/32", "10.9.0.7", true)]
    [InlineData("fd00:68::/64", "fd00:68::", false)]
    [InlineData("fd00:68::/64", "fd00:68::ffff:ffff:ffff:ffff", true)]
    [InlineData("::/0", "::1", true)]
    public void A_host_can_have_all_but_the_subnets_own_address_and_the_broadcast(string subnet, string address, bool isUsable) =>
        Pool(subnet).IsUsable(IPAddress.Parse(address)).ShouldBe(isUsable);

    [Fact]
    public void Places_go_around_the_range()
    {
        var pool = Pool("10.9.0.0/16", "10.9.8.0/30");
        Enumerable.Range(0, 6).Select(place => pool.At((UInt128)place).ToString()).ShouldBe(["10.9.8.0", "10.9.8.1", "10.9.8.2", "10.9.8.3", "10.9.8.0", "10.9.8.1"]);
        Pool("fd00:68::/64").At(0x1_0000).ToString().ShouldBe("fd00:68::1:0");
    }

    [Fact]
    public void Chosen_subnets_never_overlap()
    {
        var taken = new List<IPNetwork> { IPNetwork.Parse("10.128.0.0/16"), IPNetwork.Parse("10.129.1.0/24") };
        for (var i = 0; i < 300; i++)
        {
            var chosen = PoolChooser.Choose(isIPv6: false, null, taken).ShouldNotBeNull();
            taken.ShouldAllBe(t => !AddressPool.Overlap(t, chosen));
            taken.Add(chosen);
        }
    }

    [Fact]
    public void A_size_can_be_asked_for()
    {
        PoolChooser.Choose(isIPv6: false, 26, []).ShouldBe(IPNetwork.Parse("10.128.0.0/26"));
        PoolChooser.Choose(isIPv6: true, null, []).ShouldBe(IPNetwork.Parse("fd68:6177:7365::/64"));
        PoolChooser.Choose(isIPv6: false, 8, []).ShouldBeNull();
    }

    [Fact]
    public void When_all_are_taken_there_is_none() =>
        PoolChooser.Choose(isIPv6: false, 10, [IPNetwork.Parse("10.128.0.0/9")]).ShouldBeNull();
}
