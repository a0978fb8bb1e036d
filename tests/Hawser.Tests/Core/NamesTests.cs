using System.Globalization;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Hawser.Core;

namespace Hawser.Tests.Core;

public sealed class NamesTests
{
    [Fact]
    public void Ten_thousand_endpoints_have_ten_thousand_names_that_the_kernel_takes()
    {
        var names = Enumerable.Range(0, 10_000).Select(i => Names.HostEnd(new EndpointId(i.ToString("x64", CultureInfo.InvariantCulture)))).ToList();
        names.Distinct().Count().ShouldBe(names.Count);
        names.ShouldAllBe(name => name.Length <= Names.LinkLength);
    }

    [Fact]
    public void A_name_is_the_same_at_every_start() => Names.HostEnd(new EndpointId("da5aae85b5c9")).ShouldBe(Names.HostEnd(new EndpointId("da5aae85b5c9")));

    [Theory]
    [InlineData("br0", 100, "br0.100")]
    [InlineData("br-underlay", 100, "br-underlay.100")]
    public void A_VLANs_port_is_named_after_its_bridge(string bridge, int vlan, string name) => Names.VlanPort(bridge, vlan).ShouldBe(name);

    [Fact]
    public void A_VLANs_port_of_a_bridge_with_a_long_name_still_fits() => Names.VlanPort("br-underlay-one", 4094).Length.ShouldBeLessThanOrEqualTo(Names.LinkLength);

    [Fact]
    public void An_alias_tells_instance_and_unit_and_a_strangers_tells_nothing()
    {
        var unit = UnitId.Endpoint(new EndpointId("e1"));
        Names.ParseAlias(Names.Alias(new InstanceId("abcd"), unit)).ShouldBe((new InstanceId("abcd"), unit));
        Names.ParseAlias("uplink to the lab").ShouldBeNull();
        Names.ParseAlias(null).ShouldBeNull();
    }

    [Fact]
    public void A_MAC_is_read_as_it_is_written() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[]>().Filter(b => b is { Length: >= 6 }), bytes =>
    {
        var mac = MacAddress.FromBytes(bytes);
        return MacAddress.TryParse(mac.ToString(), out var read) && read == mac;
    }));

    [Theory]
    [InlineData("10.9.0.5", "", "02:42:0a:09:00:05")]
    [InlineData("10.9.0.5", "0e:00:01", "0e:00:01:09:00:05")]
    [InlineData("fd00::1:2", "", "02:42:00:01:00:02")]
    public void A_MAC_belongs_to_its_address(string address, string prefix, string mac) =>
        MacAddress.For(IPAddress.Parse(address), MacAddress.ParseBytes(prefix) ?? []).ToString().ShouldBe(mac);
}
