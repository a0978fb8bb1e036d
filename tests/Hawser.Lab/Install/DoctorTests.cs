using Hawser.Lab.Harness;

namespace Hawser.Lab.Install;

/// <summary>hawser doctor.</summary>
[Collection(Collections.Fragile)]
public sealed class DoctorTests(FragileHost host) : LabTest(host)
{
    [Fact]
    public async Task A_host_on_which_all_is_well_is_told_so()
    {
        await CreateNetworkAsync("");
        await SleepAsync("--network net1");
        var report = await ExamineAsync();
        report.IsHealthy.ShouldBeTrue();
        foreach (var check in new[] { "Open vSwitch", "Datapath", "Offload", "Docker", "Socket", "Daemon", "Forwarding", "Clock" }) report.Of(check).ShouldNotBeEmpty();
        report.Of("Daemon").ShouldHaveSingleItem().ShouldContain("Docker knows the drivers as ovn, ovs");
        (await Host.RunAsync("hawser doctor")).Stdout.ShouldContain("ok       Docker: version ");
    }

    [Fact]
    public async Task Without_Open_vSwitchs_database_it_says_what_to_start()
    {
        await Host.StopAsync("ovs-vswitchd");
        await Host.StopAsync("ovsdb-server");
        var report = await ExamineAsync();
        await Host.StartAsync("ovsdb-server");
        await Host.StartAsync("ovs-vswitchd");
        report.IsHealthy.ShouldBeFalse();
        report.Of("Open vSwitch").ShouldHaveSingleItem().ShouldContain("systemctl start openvswitch-switch");
    }

    [Fact]
    public async Task Without_the_daemon_it_says_what_Docker_waits_for()
    {
        await Host.StopAsync("hawser");
        var report = await ExamineAsync();
        await Host.StartAsync("hawser");
        report.IsHealthy.ShouldBeFalse();
        report.Of("Socket").ShouldAllBe(s => s.Contains("does not exist"));
        report.Of("Daemon").ShouldHaveSingleItem().ShouldContain("hawser does not run");
    }

    [Fact]
    public async Task A_port_without_a_link_is_named()
    {
        await CreateNetworkAsync("-o ovs.bridge.name=br-ill");
        await Host.RunAsync("ovs-vsctl --no-wait add-port br-ill nowhere");
        string[] stale = [];
        await Eventually.TrueAsync(async () => (stale = (await ExamineAsync()).Of("Stale ports")).Length > 0, "the port is not named");
        stale.ShouldHaveSingleItem().ShouldContain("nowhere");
        await Host.RunAsync("ovs-vsctl del-port br-ill nowhere");
    }

    [Fact]
    public async Task A_rule_before_Hawsers_and_a_socket_for_everyone_are_warnings()
    {
        await CreateNetworkAsync("--ipv6 --subnet fd62::/64");
        await Host.RunAsync("iptables -I FORWARD -d 192.0.2.1 -j DROP; ip6tables -I FORWARD -d 2001:db8::1 -j DROP; chmod 666 /run/docker/plugins/ovs.sock; chown 1 /run/docker/plugins/ovn.sock");
        var report = await ExamineAsync();
        await Host.RunAsync("iptables -D FORWARD -d 192.0.2.1 -j DROP; ip6tables -D FORWARD -d 2001:db8::1 -j DROP; chmod 600 /run/docker/plugins/ovs.sock; chown 0 /run/docker/plugins/ovn.sock");
        report.IsHealthy.ShouldBeTrue();
        foreach (var rule in new[] { "192.0.2.1", "2001:db8::1" }) report.Of("Forwarding").ShouldContain(s => s.Contains(rule));
        report.Of("Socket").ShouldContain(s => s.Contains("owner 1"));
        report.Of("Socket").ShouldContain(s => s.Contains("mode 666"));
    }

    [Fact]
    public async Task Of_OVN_it_says_who_does_not_answer_and_where_no_tunnel_ends()
    {
        (await ExamineAsync()).Of("OVN").ShouldHaveSingleItem().ShouldContain("not set up on this host");
        await Host.HawserAsync($"ovn setup --central 127.0.0.1 --encap-ip {Host.Address}");
        await Host.RunAsync("ovs-vsctl set Open_vSwitch . external_ids:ovn-encap-ip=192.0.2.77");
        var report = await ExamineAsync();
        await Host.RunAsync("for key in ovn-nb ovn-remote ovn-encap-ip ovn-encap-type ovn-bridge-datapath-type; do ovs-vsctl remove Open_vSwitch . external_ids $key; done");
        report.IsHealthy.ShouldBeFalse();
        report.Of("OVN").ShouldContain(s => s.Contains("northbound database at tcp:127.0.0.1:6641 is not reachable"));
        report.Of("OVN").ShouldContain(s => s.Contains("ovn-encap-ip is 192.0.2.77, which no link of this host has"));
    }

    Task<DoctorReport> ExamineAsync() => DoctorReport.OfAsync(Host);
}
