using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

public class KernelSettingsTests
{
    const int NoDevice = 19;

    [Theory]
    [InlineData("nlctrl", true)]
    [InlineData("no_such", false)]
    public void A_generic_netlink_family_is_there_or_not(string name, bool there) => GenericNetlink.HasFamily(name).ShouldBe(there);

    [Fact]
    public void Checksum_offload_goes_off_and_on() => Run(() =>
    {
        Shell("ip link add va type veth peer name vb");
        Ethtool.GetTxChecksumOffload("va").ShouldBeTrue();
        Ethtool.SetTxChecksumOffload("va", on: false);
        Ethtool.GetTxChecksumOffload("va").ShouldBeFalse();
        Shell("ethtool -k va").ShouldContain("tx-checksumming: off");
        Shell("ethtool -k vb").ShouldContain("tx-checksumming: on");
        Ethtool.SetTxChecksumOffload("va", on: true);
        Shell("ethtool -k va").ShouldContain("tx-checksumming: on");
    });

    [Fact]
    public void A_link_that_is_missing_is_told_as_ethtool_would_be_asked() => Run(() =>
    {
        var failure = Should.Throw<LinuxException>(() => Ethtool.SetTxChecksumOffload("missing", on: false));
        failure.Errno.ShouldBe(NoDevice);
        failure.Message.ShouldBe("ethtool -K missing tx off: No such device");
    });

    [Fact]
    public void A_setting_of_a_link_whose_name_has_a_dot_is_written() => Run(() =>
    {
        Shell("ip link add br0.100 type veth peer name vb");
        Sysctl.Read("net", "ipv4", "conf", "br0.100", "route_localnet").ShouldBe("0");
        Sysctl.Write("1", "net", "ipv4", "conf", "br0.100", "route_localnet");
        Sysctl.Read("net", "ipv4", "conf", "br0.100", "route_localnet").ShouldBe("1");
        Shell("cat /proc/sys/net/ipv4/conf/br0.100/route_localnet").ShouldBe("1\n");
        Shell("cat /proc/sys/net/ipv4/conf/vb/route_localnet").ShouldBe("0\n");
    });

    [Fact]
    public void A_setting_that_is_missing_reads_as_null_and_cannot_be_written() => Run(() =>
    {
        Sysctl.Read("net", "no", "such").ShouldBeNull();
        Should.Throw<IOException>(() => Sysctl.Write("1", "net", "ipv4", "conf", "missing", "route_localnet"));
        Should.Throw<IOException>(() => Sysctl.Write("nonsense", "net", "ipv4", "ip_forward")).Message.ShouldContain("/proc/sys/net/ipv4/ip_forward");
    });

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public void A_segment_cannot_lead_elsewhere(string segment) =>
        Should.Throw<ArgumentException>(() => Sysctl.Read("net", segment, "ip_forward"));
}
