using System.Globalization;
using Hawser.Lab.Harness;

namespace Hawser.Lab.Install;

/// <summary>hawser/ovs and hawser/ovn as managed plugins, over their whole life.</summary>
public sealed class ManagedPluginTests(SwitchRegistryHost host) : IClassFixture<SwitchRegistryHost>, IAsyncLifetime, IDisposable
{
    const string Ovs = "hawser/ovs:latest";
    const string Ovn = "hawser/ovn:latest";

    Lane? _lane;

    public async Task InitializeAsync() => _lane = await Lane.EnterAsync(this, host);

    public async Task DisposeAsync()
    {
        await host.RemoveAllAsync();
        await host.RemovePluginsAsync();
        (await host.RunAsync("ip -o link | grep hawser: || true; ovs-vsctl show | grep -E 'Bridge|Port' || true; iptables-save | grep HAWSER || true")).Text.ShouldBeEmpty();
    }

    public void Dispose() => _lane?.Dispose();

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task It_is_installed_set_used_disabled_and_removed()
    {
        await host.InstallAsync("ovs", "--disable");
        await host.DockerAsync($"plugin set {Ovs} DEBUG=1 MODE=flat OVS_RUNDIR=/run/openvswitch DOCKER_SOCKET=/var/run/docker.sock OVN_NB=tcp:192.0.2.1:6641 SCOPE=local openvswitch.source=/run/openvswitch run.source=/run/docker sysctl.source=/proc/sys/net docker.source=/run/docker.sock");
        await host.DockerAsync($"plugin enable {Ovs}");
        await host.DockerAsync($"network create -d {Ovs} --subnet 10.61.0.0/24 net1");
        (await host.RunAsync("ip -o address")).Stdout.ShouldNotContain("10.61.0.1", Case.Insensitive, "MODE=flat was not taken in");
        await host.WebAsync("--network net1");
        (await (await host.SleepAsync("--network net1")).FetchAsync("http://web")).ShouldBe("web");
        (await host.RunAsync("cat /var/log/dockerd.log")).Stdout.ShouldContain("CreateNetwork answered", Case.Insensitive, "DEBUG=1 was not taken in");
        (await host.RunAsync("/root/hawser doctor --run-dir /run/docker/hawser-ovs")).Stdout.ShouldContain($"{Ovs} is enabled");
        await host.RemoveAllAsync();
        await host.DockerAsync($"plugin disable -f {Ovs}");
        await host.DockerAsync($"plugin rm {Ovs}");
    }

    [Fact]
    public async Task The_commands_of_the_page_lead_there_and_back()
    {
        foreach (var file in new[] { "Makefile", "packaging/plugin", "artifacts/hawser" }) await host.PutAsync(file, $"/root/source/{file}");
        (await InstallPage.RunAsync(host, "plugin$ ", "cd /root/source")).ShouldBeGreaterThan(5);
        (await host.DockerAsync("plugin ls -q")).Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task Make_clean_removes_what_make_plugin_made()
    {
        foreach (var file in new[] { "Makefile", "packaging/plugin", "artifacts/hawser" }) await host.PutAsync(file, $"/root/tree/{file}");
        await host.RunAsync("cd /root/tree && mkdir -p src tests && make plugin");
        (await host.DockerAsync("plugin ls --format '{{.Name}}'")).Text.Split('\n').Order().ShouldBe([Ovn, Ovs]);
        await host.RunAsync("cd /root/tree && make clean");
        (await host.DockerAsync("plugin ls -q")).Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task Its_disk_is_small_and_has_no_shell()
    {
        int.Parse((await host.RunAsync("du -sm /root/plugin/ovs/rootfs | cut -f1")).Text, CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(60);
        (await host.RunAsync("find /root/plugin/ovs/rootfs -name '*sh' -type f; find /root/plugin/ovs/rootfs -name 'busybox*'")).Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_setting_is_told_by_its_name_in_Dockers_log()
    {
        await host.InstallAsync("ovs", "--disable");
        await host.DockerAsync($"plugin set {Ovs} MODE=bridge");
        await host.TryDockerAsync($"plugin enable {Ovs}");
        (await host.RunAsync("cat /var/log/dockerd.log")).Stdout.ShouldContain("--mode \\\"bridge\\\" is not allowed: nat, routed, flat");
    }

    [Fact]
    public async Task It_is_enabled_while_Open_vSwitch_is_down_and_works_once_that_is_up()
    {
        await host.StopAsync("ovs-vswitchd");
        await host.StopAsync("ovsdb-server");
        await host.InstallAsync("ovs");
        await host.StartAsync("ovsdb-server");
        await host.StartAsync("ovs-vswitchd");
        await host.DockerAsync($"network create -d {Ovs} net1");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task An_upgrade_loses_no_packet_no_state_and_no_setting()
    {
        await host.InstallAsync("ovs");
        await host.DockerAsync($"plugin disable {Ovs}");
        await host.DockerAsync($"plugin set {Ovs} LOG_LEVEL=warning");
        await host.DockerAsync($"plugin enable {Ovs}");
        await host.DockerAsync($"network create -d {Ovs} net1");
        var web = await host.WebAsync("--network net1 -p 8080:80");
        var client = await host.SleepAsync("--network net1");
        var lost = client.CountLostAsync(await web.AddressAsync());
        var upgrade = host.UpgradeAsync("ovs");
        while (!upgrade.IsCompleted) (await LabHost.TryOutsideAsync($"timeout 2 busybox wget -qO- http://{host.Address}:8080")).OrFail();
        await upgrade;
        (await lost).ShouldBe(0);
        (await host.DockerAsync($"plugin inspect -f '{{{{.Settings.Env}}}}' {Ovs}")).Text.ShouldContain("LOG_LEVEL=warning");
        await host.RunAsync("/root/hawser status --run-dir /run/docker/hawser-ovs");
        (await (await host.SleepAsync("--network net1", "late")).FetchAsync("http://web")).ShouldBe("web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task After_a_reboot_containers_are_back_and_connected()
    {
        await host.InstallAsync("ovs");
        await host.DockerAsync($"network create -d {Ovs} net1");
        await host.WebAsync("--network net1 -p 80:80 --restart always");
        var client = await host.SleepAsync("--network net1 --restart always");
        await host.RebootAsync();
        (await client.FetchAsync("http://web")).ShouldBe("web");
        (await Eventually.SucceedsAsync(() => LabHost.TryOutsideAsync($"timeout 5 busybox wget -qO- http://{host.Address}"))).Text.ShouldBe("web");
        await host.RunAsync("pgrep -f -- '--driver ovs'");
    }

    [Fact]
    public async Task Its_crash_is_mended_by_Docker_and_loses_nothing()
    {
        await host.InstallAsync("ovs");
        await host.DockerAsync($"network create -d {Ovs} net1");
        await host.WebAsync("--network net1");
        var client = await host.SleepAsync("--network net1");
        await host.RunAsync("pkill -KILL -f '^/usr/bin/hawser serve'");
        (await client.FetchAsync("http://web")).ShouldBe("web");
        await Eventually.SucceedsAsync(() => host.TryDockerAsync("run --rm --network net1 busybox wget -qO- http://web"));
    }

    [Fact]
    public async Task The_plugins_of_both_drivers_and_a_service_leave_each_other_alone()
    {
        await host.InstallAsync("ovs");
        await host.InstallAsync("ovn");
        await host.RunAsync("setsid /root/hawser serve >>/var/log/hawser.log 2>&1 </dev/null & for i in {1..100}; do [[ -S /run/docker/plugins/ovs.sock ]] && exit; sleep 0.1; done; exit 1");
        await host.DockerAsync($"network create -d {Ovs} net1");
        await host.DockerAsync("network create -d ovs net2");
        await host.WebAsync("--network net1 -p 8080:80", "one");
        await host.WebAsync("--network net2 -p 8081:80", "two");
        // Longer than what Docker does not know is kept.
        await Task.Delay(TimeSpan.FromSeconds(35));
        foreach (var (name, port) in new[] { ("one", 8080), ("two", 8081) })
            (await Eventually.SucceedsAsync(() => LabHost.TryOutsideAsync($"timeout 5 busybox wget -qO- http://{host.Address}:{port}"))).Text.ShouldBe(name);
        var two = (await new Container(host, "two").AddressAsync());
        await new Container(host, "one").DoesNotReachAsync(two);
        foreach (var said in new[] { $"{Ovs} is enabled", $"{Ovn} is enabled", "/run/docker/plugins/ovs.sock, root's alone" })
            (await host.TryRunAsync("/root/hawser doctor")).Stdout.ShouldContain(said);
        await host.RemoveAllAsync();
        await host.RunAsync("pkill -TERM -x hawser; while pgrep -f '^/root/hawser serve'; do sleep 0.1; done");
    }
}

/// <summary>hawser/ovn over an upgrade.</summary>
[Trait("DependsOn", "versions")]
public sealed class LogicalPluginTests(LogicalRegistryHost host) : IClassFixture<LogicalRegistryHost>
{
    [Fact]
    public async Task An_upgrade_loses_no_packet_and_no_state()
    {
        await host.InstallAsync("ovn");
        await host.DockerAsync("network create -d hawser/ovn:latest --subnet 10.97.0.0/24 -o ovn.vrf=blue net1");
        var web = await host.WebAsync("--network net1 -p 8080:80");
        var lost = (await host.SleepAsync("--network net1")).CountLostAsync(await web.AddressAsync());
        await host.UpgradeAsync("ovn");
        (await lost).ShouldBe(0);
        (await (await host.SleepAsync("--network net1", "late")).FetchAsync("http://web")).ShouldBe("web");
        (await Eventually.SucceedsAsync(() => LabHost.TryOutsideAsync($"timeout 5 busybox wget -qO- http://{host.Address}:8080"))).Text.ShouldBe("web");
        await host.RemoveAllAsync();
        (await host.RunAsync("ovn-nbctl --bare --columns=name list Logical_Switch; ovn-nbctl --bare --columns=name list Logical_Router")).Text.ShouldBeEmpty();
        await host.RemovePluginsAsync();
    }
}
