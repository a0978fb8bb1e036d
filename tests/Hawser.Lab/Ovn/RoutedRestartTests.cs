using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>A routing domain after kills, reboots and what strangers do to it.</summary>
[Collection(FragileClusterDefinition.Name)]
public sealed class RoutedRestartTests(FragileCluster cluster) : ClusterTest(cluster)
{
    const string Network = "-o ovn.vrf=red --subnet 10.92.1.0/24";

    readonly int _port = LabHost.NextPort();

    [Theory]
    [InlineData("hawser")]
    [InlineData("ovs-vswitchd")]
    [InlineData("ovn-controller")]
    public async Task Way_out_and_ports_survive_the_kill_of(string daemon)
    {
        using var server = await LabHost.ServeOutsideAsync();
        await One.CreateNetworkAsync(Network);
        var web = await One.WebAsync($"--network net1 -p {_port}:80");
        await One.RestartAfterKillAsync(daemon);
        await WorksAsync(web, server);
        await Eventually.SucceedsAsync(() => One.TryRunAsync("hawser diff"));
    }

    [Fact]
    public async Task Way_out_and_ports_are_back_after_a_reboot()
    {
        using var server = await LabHost.ServeOutsideAsync();
        await One.CreateNetworkAsync(Network);
        var web = await One.WebAsync($"--network net1 --restart always -p {_port}:80");
        await One.RebootAsync();
        await WorksAsync(web, server);
    }

    [Theory]
    [InlineData("lr-del hawser-red")]
    [InlineData("ls-del hawser-red:join")]
    [InlineData("lr-policy-del hawser-red")]
    [InlineData("lr-route-del hawser-red")]
    [InlineData("lr-del hawser-red@{0}")]
    [InlineData("ls-del hawser-red@{0}:transit")]
    [InlineData("lr-nat-del hawser-red@{0}")]
    public async Task What_a_stranger_deletes_of_a_router_is_made_again(string command)
    {
        using var server = await LabHost.ServeOutsideAsync();
        await CreateNetworksAsync(Network);
        var web = await One.WebAsync($"--network net1 --ip 10.92.1.10 -p {_port}:80");
        await Two.SleepAsync("--network net1 --ip 10.92.1.20");
        await Central.NbctlAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, command, One.Name));
        foreach (var host in new[] { One, Two })
            await Eventually.TrueAsync(async () => (await host.TryRunAsync("hawser diff")).Succeeded, $"{host.Name} finds differences", TimeSpan.FromSeconds(20));
        await WorksAsync(web, server);
    }

    [Fact]
    public async Task A_lost_database_is_filled_again()
    {
        using var server = await LabHost.ServeOutsideAsync();
        await CreateNetworksAsync(Network);
        var web = await One.WebAsync($"--network net1 --ip 10.92.1.10 -p {_port}:80");
        await Central.StopAsync("ovn-nb");
        await Central.RunAsync("rm /var/lib/ovn/ovnnb_db.db");
        await Central.StartAsync("ovn-nb");
        await Eventually.TrueAsync(async () => (await Central.NamesAsync("Logical_Router")).Length == 3, "the routers are not back", TimeSpan.FromSeconds(30));
        await WorksAsync(web, server);
    }

    [Fact]
    public async Task A_lost_state_folder_costs_nothing()
    {
        using var server = await LabHost.ServeOutsideAsync();
        await One.CreateNetworkAsync(Network);
        var web = await One.WebAsync($"--network net1 -p {_port}:80");
        await One.KillAsync("hawser");
        await One.RunAsync("rm -rf /var/lib/hawser/* /run/hawser/*");
        await One.StartAsync("hawser");
        await WorksAsync(web, server);
        await Eventually.TrueAsync(async () => (await One.TryRunAsync("hawser diff")).Succeeded, "there are differences", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_gateway_router_of_a_dead_host_is_released_with_all_that_it_had()
    {
        await CreateNetworksAsync(Network);
        await Two.SleepAsync($"--network net1 -p {_port}:80");
        foreach (var daemon in new[] { "hawser", "dockerd" }) await Two.KillAsync(daemon);
        await One.HawserAsync($"ipam release {Two.Name} --yes");
        (await Central.NamesAsync("Logical_Router")).Order().ShouldBe(["hawser-red", $"hawser-red@{One.Name}"]);
        (await Central.NamesAsync("Logical_Switch_Port")).ShouldNotContain(p => p.Contains(Two.Name, StringComparison.Ordinal));
        await One.DockerAsync("network rm net1");
        (await Central.NamesAsync("Logical_Router")).ShouldBeEmpty();
        await Two.StartAsync("hawser");
        await Two.StartAsync("dockerd");
    }

    async Task WorksAsync(Container web, OutsideServer server)
    {
        (await web.FetchAsync(server.Who)).ShouldContain(One.Address);
        (await Eventually.SucceedsAsync(() => LabHost.TryOutsideAsync($"timeout 5 busybox wget -qO- http://{One.Address}:{_port}"))).Text.ShouldBe("web");
    }
}
