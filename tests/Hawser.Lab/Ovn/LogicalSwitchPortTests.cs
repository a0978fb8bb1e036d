using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>A container's port: who sees what of it, and what is refused.</summary>
public sealed class LogicalSwitchPortTests(Cluster cluster) : ClusterTest(cluster)
{
    const string Subnet = "--subnet 10.83.0.0/24";

    [Fact]
    public async Task A_port_says_whose_it_is()
    {
        var network = (await One.CreateNetworkAsync(Subnet)).Text;
        var client = await One.SleepAsync("--network net1 --ip 10.83.0.10");
        var endpoint = await EndpointAsync("client");
        (await Central.NbctlAsync("lsp-get-addresses " + endpoint)).ShouldBe($"{await client.MacAsync()} 10.83.0.10");
        (await ValueAsync(endpoint, "external_ids", "hawser-host")).ShouldBe(One.Name);
        (await ValueAsync(endpoint, "external_ids", "hawser-network")).ShouldBe(network);
        (await ValueAsync(endpoint, "external_ids", "hawser-unit")).ShouldBe("endpoint/" + endpoint);
        (await ValueAsync(endpoint, "options", "requested-chassis")).ShouldBe(One.Name);
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task It_says_its_containers_name_soon_after()
    {
        await One.CreateNetworkAsync(Subnet);
        await One.SleepAsync("--network net1", "named");
        var endpoint = await EndpointAsync("named");
        await NameIsAsync("named");
        await One.DockerAsync("rename named renamed");
        await NameIsAsync("renamed");

        Task NameIsAsync(string name) => Eventually.TrueAsync(
            async () => (await Central.NbctlAsync($"--if-exists get Logical_Switch_Port {endpoint} external_ids:hawser-container")).Trim('"') == name, $"the port is not called {name}");
    }

    [Fact]
    public async Task Its_interface_is_tied_to_it()
    {
        await One.CreateNetworkAsync(Subnet);
        var client = await One.SleepAsync("--network net1");
        var endpoint = await EndpointAsync("client");
        var ids = (await One.RunAsync($"ovs-vsctl --bare --columns=external_ids find interface external_ids:iface-id={endpoint}")).Text;
        ids.ShouldContain($"attached-mac={await client.MacAsync()}");
        ids.ShouldContain($"iface-id-ver={await ValueAsync(endpoint, "options", "iface-id-ver")}");
        ids.ShouldContain("ovn-installed=true");
    }

    [Fact]
    public async Task It_goes_with_its_container()
    {
        await One.CreateNetworkAsync(Subnet);
        var client = await One.SleepAsync("--network net1");
        await client.RemoveAsync();
        (await Central.NamesAsync("Logical_Switch_Port")).ShouldBeEmpty();
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task An_address_that_another_host_uses_is_refused_and_its_holder_named()
    {
        await CreateNetworksAsync(Subnet);
        await One.SleepAsync("--network net1 --ip 10.83.0.10");
        var refused = await Two.TryDockerAsync("run -d --name second --network net1 --ip 10.83.0.10 busybox sleep 1h");
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain("10.83.0.10 is taken");
        refused.Output.ShouldContain($"on host {One.Name}");
        (await Central.NamesAsync("Logical_Switch_Port")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Of_two_hosts_that_want_one_address_at_once_one_gets_it()
    {
        await CreateNetworksAsync(Subnet);
        for (var i = 1; i <= 10; i++)
        {
            var run = $"run -d --stop-timeout 1 --name racer{i} --network net1 --ip 10.83.0.{100 + i} busybox sleep 1h";
            var results = await Task.WhenAll(One.TryDockerAsync(run), Two.TryDockerAsync(run));
            results.Count(r => r.Succeeded).ShouldBe(1, $"{results[0]}\n{results[1]}");
        }
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_running_container_is_connected_and_disconnected()
    {
        await CreateNetworksAsync("--subnet 10.83.0.0/24", "net1");
        await CreateNetworksAsync("--subnet 10.84.0.0/24", "net2");
        await Two.SleepAsync("--network net2 --ip 10.84.0.20", "far");
        var client = await One.SleepAsync("--network net1 --ip 10.83.0.10");
        await One.DockerAsync("network connect --ip 10.84.0.10 net2 client");
        await client.ReachesAsync("10.84.0.20");
        await One.DockerAsync("network disconnect net2 client");
        await client.DoesNotReachAsync("10.84.0.20");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task Many_containers_start_at_once_on_both_hosts()
    {
        await CreateNetworksAsync(Subnet);
        const string Start = "for i in {1..10}; do docker run -d --stop-timeout 1 --network net1 --ip 10.83.0.$((BASE + i)) busybox sleep 1h & pids+=($!); done; for p in ${pids[@]}; do wait $p || exit 1; done";
        await Task.WhenAll(One.RunAsync("BASE=100; " + Start), Two.RunAsync("BASE=200; " + Start));
        (await Central.NamesAsync("Logical_Switch_Port")).Length.ShouldBe(20);
        await One.RunAsync("for i in {1..10}; do docker exec $(docker ps -q | head -n1) ping -c1 -W2 10.83.0.$((200 + i)) || exit 1; done");
    }

    [Theory]
    [InlineData("-o ovn.swich=office", "unknown option ovn.swich")]
    [InlineData("-o ovs.bridge.name=br0", "ovs.bridge.name belongs to another driver")]
    [InlineData("-o ovn.mtu=1O00", "option ovn.mtu: \"1O00\" is not allowed: a whole number")]
    public async Task A_wrong_option_is_refused(string option, string sentence)
    {
        var refused = await One.TryDockerAsync($"network create -d ovn {Subnet} {option} net1");
        refused.Succeeded.ShouldBeFalse();
        refused.Output.ShouldContain(sentence);
    }

    async Task<string> EndpointAsync(string container) =>
        (await One.DockerAsync($"inspect -f '{{{{range .NetworkSettings.Networks}}}}{{{{.EndpointID}}}}{{{{end}}}}' {container}")).Text;

    async Task<string> ValueAsync(string port, string column, string key) =>
        (await Central.NbctlAsync($"get Logical_Switch_Port {port} {column}:{key}")).Trim('"');
}
