using Hawser.Doctor;
using Hawser.Linux;

namespace Hawser.Tests.Doctor;

/// <summary>What the doctor makes of what it sees.</summary>
public sealed class FindingTests
{
    [Theory]
    [InlineData("20.10.24+dfsg1", "ok")]
    [InlineData("26.1.5+dfsg1", "ok")]
    [InlineData("28.5.2", "ok")]
    [InlineData("29.0.0", "broken")]
    [InlineData("29.0.2-rc.1", "broken")]
    [InlineData("29.0.3", "ok")]
    [InlineData("19.03.15", "warning")]
    [InlineData("dev", "warning")]
    public void Versions_of_Docker_that_crash_are_known(string version, string verdict) =>
        DockerCheck.OfVersion(version).Verdict.ToString().ToLowerInvariant().ShouldBe(verdict);

    [Theory]
    [InlineData("20.10.24+dfsg1", true)]
    [InlineData("26.1.4", true)]
    [InlineData("26.1.5+dfsg1", false)]
    [InlineData("28.5.2", false)]
    public void Versions_of_Docker_that_miscount_endpoints_are_known(string version, bool miscounts) =>
        DockerCheck.OfVersion(version).Says.Contains("may miscount the endpoints", StringComparison.Ordinal).ShouldBe(miscounts);

    [Theory]
    [InlineData("", "broken")]
    [InlineData("-A FORWARD -j HAWSER-FORWARD\n-A FORWARD -j DOCKER-USER\n", "ok")]
    [InlineData("-A FORWARD -j DROP\n-A FORWARD -j HAWSER-FORWARD\n", "warning")]
    public void Hawsers_rules_come_first_in_the_chain_FORWARD(string rules, string verdict) =>
        HostCheck.OfForwarding(IpFamily.IPv4, $"*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n{rules}COMMIT\n", isRouting: true).Verdict.ToString().ToLowerInvariant().ShouldBe(verdict);

    [Theory]
    [InlineData("3.1.0", false, false, "warning", "six to twelve times the throughput")]
    [InlineData("4.0.0", false, true, "warning", "six to twelve times the throughput")]
    [InlineData("3.5.0", false, true, "warning", "six to twelve times the throughput")]
    [InlineData("3.1.0", false, true, "ok", "from 3.5 on")]
    [InlineData("of unknown version", false, true, "ok", "from 3.5 on")]
    [InlineData("3.1.0", true, false, "ok", "ovs-vswitchd computes checksums and segments TCP")]
    public void Segmentation_by_Open_vSwitch_is_advised_where_it_can_be_had(
        string version, bool isSegmenting, bool hasTunnels, string verdict, string says)
    {
        var finding = SwitchCheck.OfSegmentation(version, isSegmenting, hasTunnels);
        finding.Verdict.ToString().ToLowerInvariant().ShouldBe(verdict);
        finding.Says.ShouldContain(says);
        if (verdict == "warning") finding.Remedy!.ShouldContain("ovs-vsctl set Open_vSwitch . other_config:userspace-tso-enable=true");
    }

    [Fact]
    public void Where_nothing_is_routed_no_rules_are_missed() =>
        HostCheck.OfForwarding(IpFamily.IPv6, "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", isRouting: false).Verdict.ShouldBe(Verdict.Ok);
}
