using System.Text.Json;
using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>What a person asks the running daemon.</summary>
[Collection(Collections.Main)]
public sealed class CommandLineTests(MainHost host) : LabTest(host)
{
    [Fact]
    public async Task Status_speaks_JSON_that_names_the_network()
    {
        await CreateNetworkAsync("-o ovs.bridge.name=br-status");
        using var status = JsonDocument.Parse((await Host.HawserAsync("status --json")).Stdout);
        status.RootElement.ToString().ShouldContain("br-status");
    }

    [Fact]
    public async Task Diff_is_empty_when_all_is_well()
    {
        await CreateNetworkAsync("");
        await SleepAsync("--network net1");
        await Host.HawserAsync("diff");
    }

    [Fact]
    public async Task A_failure_is_told_in_a_sentence()
    {
        (await Host.TryRunAsync("hawser status --run-dir /run/nowhere")).Output
            .ShouldStartWith("hawser: hawser does not run: there is no socket /run/nowhere/hawser.sock");
        // Nobody can make a folder there; the sentence is the framework's.
        (await Host.TryRunAsync("hawser serve --plugin-dir /run/nowhere --state-dir /proc/hawser")).Output
            .ShouldBe("hawser: Could not find file '/proc/hawser'.");
    }

    [Fact]
    public async Task Orphans_shows_the_rows_of_an_earlier_life_and_purge_removes_them()
    {
        await Host.RunAsync("ovs-vsctl add-br br-orphan -- set bridge br-orphan datapath_type=netdev " +
            "external_ids:hawser-instance=gone external_ids:hawser-unit=bridge/br-orphan");
        (await Host.HawserAsync("orphans")).Stdout.ShouldContain("br-orphan");
        await Host.HawserAsync("purge --yes");
        await Eventually.TrueAsync(async () => !(await OvsAsync("list-br")).Contains("br-orphan", StringComparison.Ordinal), "br-orphan is there");
    }

    [Fact]
    public async Task Purge_spares_what_lives()
    {
        await CreateNetworkAsync("");
        await WebAsync("--network net1");
        var client = await SleepAsync("--network net1");
        await Host.HawserAsync("purge --yes");
        (await client.FetchAsync("http://web")).ShouldBe("web");
    }

    [Fact]
    public async Task Docker_never_makes_its_own_gateway_bridge()
    {
        await CreateNetworkAsync("--internal", "inside");
        await CreateNetworkAsync("-o ovs.bridge.mode=flat --subnet 10.57.0.0/24", "flat");
        await CreateNetworkAsync("", "nat");
        await SleepAsync("--network inside", "one");
        await SleepAsync("--network flat", "two");
        await SleepAsync("--network nat", "three");
        (await Host.TryRunAsync("ip link show docker_gwbridge")).Succeeded.ShouldBeFalse();
        (await Host.DockerAsync("network ls --format '{{.Name}}'")).Stdout.ShouldNotContain("docker_gwbridge");
    }
}
