using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>A machine whose network card is a port of a logical switch, with Docker and hawser and no ovn-controller.</summary>
public sealed class Machine() : LabHost("machine", "--hawser");

/// <summary>The option ovn.parent: containers of a machine that is itself on OVN, beside those of hosts.</summary>
public sealed class NestedPortTests(Cluster cluster, Machine machine) : ClusterTest(cluster), IClassFixture<Machine>
{
    const string Subnet = "--subnet 10.96.0.0/24";
    const string Nested = $"network create -d ovn {Subnet} -o ovn.parent=machine -o ovn.bridge=breth1";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        // Its network card is a cable to the hypervisor, where it is a port of the switch "machines".
        await Central.NbctlAsync("ls-add machines -- lsp-add machines machine");
        await One.CableAsync("tap1", machine, "card");
        await One.RunAsync("ovs-vsctl add-port br-int tap1 -- set interface tap1 external_ids:iface-id=machine");
        await machine.RunAsync($"ovs-vsctl add-br breth1 -- set bridge breth1 datapath_type=netdev -- add-port breth1 card -- set Open_vSwitch . external_ids:ovn-nb=tcp:{Central.Address}:6641");
    }

    public override async Task DisposeAsync()
    {
        await machine.RemoveAllAsync();
        await One.RunAsync("ovs-vsctl del-port tap1; ip link del tap1");
        await machine.RunAsync("ovs-vsctl del-br breth1");
        await Central.NbctlAsync("ls-del machines");
        await base.DisposeAsync();
    }

    [Fact]
    public async Task They_reach_containers_of_hosts_and_each_other()
    {
        await CreateNetworksAsync(Subnet);
        await machine.DockerAsync($"{Nested} net1");
        await Two.WebAsync("--network net1 --ip 10.96.0.10");
        var first = await machine.WebAsync("--network net1 --ip 10.96.0.21", "first");
        var second = await machine.SleepAsync("--network net1 --ip 10.96.0.22", "second");
        (await first.FetchAsync("http://10.96.0.10")).ShouldBe("web");
        (await second.FetchAsync("http://10.96.0.21")).ShouldBe("first");
        (await Central.NbctlAsync("--bare --columns=tag find Logical_Switch_Port parent_name=machine")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order().ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task The_first_packet_is_answered_10_times_of_10_and_VLANs_are_used_again()
    {
        await One.CreateNetworkAsync(Subnet);
        await machine.DockerAsync($"{Nested} net1");
        await One.SleepAsync("--network net1 --ip 10.96.0.10");
        for (var i = 1; i <= 10; i++)
        {
            var first = await machine.TryDockerAsync($"run --rm --network net1 --ip 10.96.0.{100 + i} busybox ping -c1 -W1 10.96.0.10");
            first.Succeeded.ShouldBeTrue($"container {i}: {first}");
        }
        await machine.SleepAsync("--network net1 --ip 10.96.0.99", "last");
        (await Central.NbctlAsync("--bare --columns=tag find Logical_Switch_Port parent_name=machine")).ShouldBe("1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task They_survive_a_kill_of_hawser_and_the_loss_of_its_state_and_leave_nothing(bool isDatabaseLate)
    {
        await machine.DockerAsync($"{Nested} net1");
        var client = await machine.SleepAsync("--network net1 --ip 10.96.0.22");
        await machine.KillAsync("hawser");
        await machine.RunAsync("rm -rf /var/lib/hawser/* /run/hawser/*");
        if (isDatabaseLate) await machine.KillAsync("ovsdb-server");
        await machine.StartAsync("hawser");
        if (isDatabaseLate)
        {
            // Long enough for it to ask Docker in vain.
            await Task.Delay(TimeSpan.FromSeconds(6));
            await machine.StartAsync("ovsdb-server");
        }
        await Eventually.SucceedsAsync(() => machine.TryRunAsync("hawser status --json | jq -e '.endpoints | length == 1' && hawser diff"));
        (await Central.NbctlAsync("--bare --columns=tag find Logical_Switch_Port parent_name=machine")).ShouldBe("1");
        await client.RemoveAsync();
        (await Central.NbctlAsync("--bare --columns=name find Logical_Switch_Port parent_name=machine")).ShouldBeEmpty();
        await machine.DockerAsync("network rm net1");
        (await Central.NamesAsync("Logical_Switch")).ShouldBe(["machines"]);
    }

    [Theory]
    [InlineData("-o ovn.parent=machine", "ovn.parent and ovn.bridge go together")]
    [InlineData("-o ovn.parent=machine -o ovn.bridge=breth9", "option ovn.bridge: \"breth9\" is not allowed: Open vSwitch's database has no such bridge")]
    [InlineData("-o ovn.parent=machine -o ovn.bridge=breth1 -o ovn.vrf=red", "ovn.parent is not allowed with ovn.vrf")]
    public async Task What_cannot_be_is_refused(string options, string sentence) =>
        (await machine.TryDockerAsync($"network create -d ovn {Subnet} {options} net1")).Output.ShouldContain(sentence);
}
