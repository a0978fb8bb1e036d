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
}
