using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>Two nodes of a swarm, with hawser as the managed plugin hawser/ovn, beside the hosts of the cluster.</summary>
public sealed class Swarm : IAsyncLifetime
{
    public NodeHost Manager { get; } = new("manager", "central");

    public NodeHost Worker { get; } = new("worker", "central");

    public async Task InitializeAsync()
    {
        await Manager.InitializeAsync();
        await Worker.InitializeAsync();
        await Manager.DockerAsync($"swarm init --advertise-addr {Manager.Address}");
        var token = (await Manager.DockerAsync("swarm join-token -q worker")).Text;
        await Worker.DockerAsync($"swarm join --advertise-addr {Worker.Address} --token {token} {Manager.Address}:2377");
    }

    public async Task DisposeAsync()
    {
        await Worker.DisposeAsync();
        await Manager.DisposeAsync();
    }
}

/// <summary>A host with Docker and hawser as a managed plugin of it.</summary>
public sealed class NodeHost(string kind, string central) : LabHost(kind, "--plugin", "--ovn", NameOf(central))
{
    protected override string Uplink => "br-phy";
}

/// <summary>docker network create -d hawser/ovn:latest on a manager of a swarm.</summary>
public sealed class SwarmTests(Cluster cluster, Swarm swarm) : ClusterTest(cluster), IClassFixture<Swarm>
{
    const string Driver = "-d hawser/ovn:latest";

    public override async Task DisposeAsync()
    {
        await swarm.Manager.RunAsync("services=$(docker service ls -q); [[ -z $services ]] || docker service rm $services");
        foreach (var node in new[] { swarm.Manager, swarm.Worker })
        {
            await node.RunAsync("containers=$(docker ps -aq --filter label=test); [[ -z $containers ]] || docker rm -f $containers");
            await Eventually.TrueAsync(async () => (await node.DockerAsync("ps -q")).Text.Length == 0, $"tasks run on {node.Name}", TimeSpan.FromSeconds(30));
        }
        // A swarm's network goes when its last task has been forgotten.
        await Eventually.SucceedsAsync(() => swarm.Manager.TryDockerAsync("network rm net1"));
        await base.DisposeAsync();
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task Containers_of_both_nodes_are_on_an_attachable_network()
    {
        await swarm.Manager.DockerAsync($"network create {Driver} --attachable --subnet 10.94.0.0/24 net1");
        var web = await swarm.Manager.WebAsync("--label test --network net1");
        var client = await swarm.Worker.SleepAsync("--label test --network net1");
        (await client.FetchAsync("http://web")).ShouldBe("web");
        (await Central.NamesAsync("Logical_Switch")).ShouldHaveSingleItem().ShouldBe((await swarm.Manager.DockerAsync("network inspect -f '{{.Id}}' net1")).Text);
        (await client.AddressesAsync()).ShouldContain(a => a.StartsWith("10.94.0.", StringComparison.Ordinal));
        (await web.AddressesAsync()).ShouldContain(a => a.StartsWith("10.94.0.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_manager_that_is_restarted_finds_the_address_plan_as_it_left_it()
    {
        await swarm.Manager.DockerAsync($"network create {Driver} --ipam-driver hawser/ovn:latest --attachable --subnet 10.94.0.0/24 net1");
        await swarm.Manager.DockerAsync("service create -d --no-resolve-image --stop-grace-period 1s --name web --mode global --endpoint-mode dnsrr --network net1 busybox web service");
        await RunsOnBothNodesAsync("web");
        await swarm.Manager.RestartAfterKillAsync("dockerd");
        await RunsOnBothNodesAsync("web");
        var client = await swarm.Manager.SleepAsync("--label test --network net1");
        (await client.AddressesAsync()).ShouldContain(a => a.StartsWith("10.94.0.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_routing_domain_leads_containers_of_both_nodes_out()
    {
        await swarm.Manager.DockerAsync($"network create {Driver} --attachable --subnet 10.94.0.0/24 -o ovn.vrf=red net1");
        foreach (var node in new[] { swarm.Manager, swarm.Worker })
            await (await node.SleepAsync("--label test --network net1", $"client-{node.Name}")).ReachesAsync(LabHost.OutsideAddress);
    }

    [Fact]
    public async Task A_killed_plugin_goes_on_where_it_was()
    {
        await swarm.Manager.DockerAsync($"network create {Driver} --attachable --subnet 10.94.0.0/24 net1");
        await swarm.Manager.WebAsync("--label test --network net1");
        var client = await swarm.Worker.SleepAsync("--label test --network net1");
        await swarm.Manager.RunAsync("pkill -KILL -f '^/usr/bin/hawser serve'");
        // Longer than what Docker does not know is kept.
        await Task.Delay(TimeSpan.FromSeconds(30));
        (await client.FetchAsync("http://web")).ShouldBe("web");
        (await Central.NamesAsync("Logical_Switch_Port")).Length.ShouldBe(2);
        await (await swarm.Manager.SleepAsync("--label test --network net1", "second")).FetchAsync("http://web");
    }

    [Trait("DependsOn", "versions")]
    [Fact]
    public async Task A_service_runs_on_both_nodes_and_its_name_is_all_its_tasks()
    {
        await swarm.Manager.DockerAsync($"network create {Driver} --attachable --subnet 10.94.0.0/24 net1");
        await swarm.Manager.DockerAsync("service create -d --no-resolve-image --stop-grace-period 1s --name web --mode global --endpoint-mode dnsrr --network net1 busybox web service");
        await RunsOnBothNodesAsync("web");
        foreach (var node in new[] { swarm.Manager, swarm.Worker })
        {
            var client = await node.SleepAsync("--label test --network net1", $"client-{node.Name}");
            await Eventually.TrueAsync(async () => (await client.TryExecAsync("nslookup -type=a tasks.web")).Output.Split('\n').Count(l => l.StartsWith("Address", StringComparison.Ordinal) && l.Contains("10.94.0.", StringComparison.Ordinal)) == 2, "tasks.web has not two addresses", TimeSpan.FromSeconds(20));
            for (var i = 0; i < 4; i++) (await client.FetchAsync("http://web")).ShouldBe("service");
        }
    }

    Task RunsOnBothNodesAsync(string service) => Eventually.TrueAsync(
        async () => (await swarm.Manager.TryDockerAsync($"service ps -f desired-state=running --format '{{{{.CurrentState}}}}' {service}")).Output.Split('\n').Count(s => s.StartsWith("Running", StringComparison.Ordinal)) == 2,
        "two tasks do not run", TimeSpan.FromSeconds(40));
}
