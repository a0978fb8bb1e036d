using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>hawser doctor on a host that is part of OVN.</summary>
public sealed class ChassisDoctorTests(Cluster cluster) : ClusterTest(cluster)
{
    [Fact]
    public async Task It_says_which_databases_answer_and_what_fits_into_the_underlay()
    {
        await One.CreateNetworkAsync("--subnet 10.96.0.0/24");
        await One.SleepAsync("--network net1");
        var report = await DoctorReport.OfAsync(One);
        report.IsHealthy.ShouldBeTrue();
        report.Of("OVN").ShouldHaveSingleItem().ShouldContain($"databases at tcp:{Central.Address}:6641 and tcp:{Central.Address}:6642");
        report.Of("MTU").ShouldHaveSingleItem().ShouldContain("up to 1442 fit");
    }

    [Fact]
    public async Task Containers_whose_packets_do_not_fit_into_the_underlay_are_told_of()
    {
        await One.CreateNetworkAsync("--subnet 10.96.0.0/24 -o ovn.mtu=1500");
        await One.SleepAsync("--network net1");
        var report = await DoctorReport.OfAsync(One);
        report.IsHealthy.ShouldBeFalse();
        report.Of("MTU").ShouldHaveSingleItem().ShouldContain("have MTU 1500, but only 1442 fit into the underlay");
    }

    [Fact]
    public async Task A_network_card_that_answers_for_the_bridges_address_is_told_of_and_the_remedy_mends_it()
    {
        (await MacsOfOneAsync()).ShouldHaveSingleItem();
        try
        {
            await One.RunAsync("sysctl -qw net.ipv4.conf.eth0.arp_ignore=0");
            (await MacsOfOneAsync()).Length.ShouldBe(2);
            var report = await DoctorReport.OfAsync(One);
            report.IsHealthy.ShouldBeFalse();
            var finding = report.Of("ARP").ShouldHaveSingleItem();
            finding.ShouldContain($"eth0 in bridge br-phy answers for {One.Address} as br-phy does");
            (await One.HawserAsync("ovn status")).Output.ShouldContain("eth0 in bridge br-phy answers");
            var remedy = finding.Split('`').Where(part => part.Contains("arp_ignore", StringComparison.Ordinal)).ToArray();
            remedy.Length.ShouldBe(2);
            foreach (var command in remedy) await One.RunAsync(command);
            (await One.RunAsync("cat /etc/sysctl.d/90-hawser-eth0.conf")).Text.ShouldBe("net.ipv4.conf.eth0.arp_ignore=1");
        }
        finally
        {
            await One.RunAsync("sysctl -qw net.ipv4.conf.eth0.arp_ignore=1; rm -f /etc/sysctl.d/90-hawser-eth0.conf");
        }
        (await MacsOfOneAsync()).ShouldHaveSingleItem();
        var mended = await DoctorReport.OfAsync(One);
        mended.IsHealthy.ShouldBeTrue();
        mended.Of("ARP").ShouldBe([$"br-phy alone answers for {One.Address}, where tunnels end"]);
    }

    [Theory]
    [InlineData("arp_ignore=1", 1)]
    [InlineData("arp_ignore=2", 1)]
    [InlineData("arp_ignore=3", 2)]
    [InlineData("arp_ignore=8", 1)]
    [InlineData("arp_filter=1", 1)]
    [InlineData("rp_filter=1", 1)]
    [InlineData("rp_filter=2", 1)]
    [InlineData("rp_filter=2", 2, "203.0.113.2/32")]
    public async Task The_doctor_goes_by_the_settings_by_which_the_kernel_answers(string setting, int answers, string? address = null)
    {
        const string Before = "net.ipv4.conf.all.rp_filter=0 "
            + "net.ipv4.conf.eth0.rp_filter=0 net.ipv4.conf.eth0.arp_filter=0 net.ipv4.conf.eth0.arp_ignore=0";
        try
        {
            await One.RunAsync($"sysctl -qw {Before} net.ipv4.conf.eth0.{setting}");
            if (address is not null) await One.RunAsync($"ip address add {address} dev eth0");
            (await MacsOfOneAsync()).Length.ShouldBe(answers);
            (await DoctorReport.OfAsync(One)).IsHealthy.ShouldBe(answers == 1);
        }
        finally
        {
            await One.RunAsync($"ip -4 address flush dev eth0; sysctl -qw {Before} net.ipv4.conf.eth0.arp_ignore=1");
        }
    }

    // The MAC addresses that another host hears for the first one's address.
    async Task<string[]> MacsOfOneAsync() =>
        (await Two.RunAsync($"busybox arping -b -c2 -w3 -I br-phy {One.Address} | grep -o '\\[[^]]*\\]' | sort -u")).Text.Split('\n');
}
