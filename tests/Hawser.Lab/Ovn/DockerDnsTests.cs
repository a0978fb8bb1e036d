using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>Docker asks servers that it was given from the container's namespace, where OVN sees the question.</summary>
[Trait("DependsOn", "versions")]
[Collection(FragileClusterDefinition.Name)]
public sealed class DockerDnsTests(FragileCluster cluster) : ClusterTest(cluster)
{
    const string Loopback = "127.0.0.53";
    const string DaemonJson = "/etc/docker/daemon.json";

    OutsideResolver? _resolver;
    OutsideResolver? _stub;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _resolver = await LabHost.ResolveOutsideAsync();
        _stub = await Two.ResolveOnLoopbackAsync(Loopback);
        if (!await Two.AsksFromTheContainerAsync()) await Two.GiveDockerDnsAsync(false);
        // As systemd-resolved leaves it: its own address for resolvers, and the servers that stand behind it.
        await Two.RunAsync($"mkdir -p /run/systemd/resolve && echo nameserver {LabHost.OutsideAddress} >/run/systemd/resolve/resolv.conf");
    }

    public override async Task DisposeAsync()
    {
        await Two.RunAsync($"echo nameserver {LabHost.OutsideAddress} >/etc/resolv.conf; rm -r /run/systemd/resolve");
        await base.DisposeAsync();
        await Two.GiveDockerDnsAsync(false);
        await Cluster.GiveDockerDnsAsync();
        _stub?.Dispose();
        _resolver?.Dispose();
    }

    [Theory]
    [InlineData(Loopback)]
    [InlineData(LabHost.OutsideAddress)]
    public async Task Names_of_other_hosts_are_found_once_Docker_was_given_the_hosts_servers(string server)
    {
        await Two.RunAsync($"echo nameserver {server} >/etc/resolv.conf");
        await CreateNetworksAsync("--ipam-driver ovn -o ovn.vrf=red --subnet 10.93.1.0/24");
        await One.WebAsync("--network net1");
        var client = await Two.SleepAsync("--network net1");
        var worksAlready = server != Loopback && await Two.AsksFromTheContainerAsync();
        if (worksAlready) (await client.FetchAsync("http://web")).ShouldBe("web");
        else await client.DoesNotFetchAsync("http://web");
        (await NamesAsync()).Contains("OVN does not see the question", StringComparison.Ordinal).ShouldBe(!worksAlready);

        (await Two.HawserAsync("ovn setup --docker-dns")).Output.ShouldContain($"\"dns\" in {DaemonJson} is {LabHost.OutsideAddress}");
        (await Two.RunAsync($"jq -c '[.dns, .\"shutdown-timeout\"]' {DaemonJson}")).Text.ShouldBe($"[[\"{LabHost.OutsideAddress}\"],3]");
        (await NamesAsync()).ShouldContain("was changed since dockerd started");
        await Two.RestartDockerAsync();
        await Two.DockerAsync("start client");
        (await client.FetchAsync("http://web")).ShouldBe("web");
        (await NamesAsync()).ShouldContain($"Docker asks {LabHost.OutsideAddress} (\"dns\" in {DaemonJson}), from the container's");

        await Two.RunAsync("echo nameserver 198.51.100.253 >/etc/resolv.conf");
        (await NamesAsync()).ShouldContain($"{LabHost.OutsideAddress}, as the host's servers were; now they are 198.51.100.253");
        (await Two.HawserAsync("ovn status")).Output.ShouldContain("now they are 198.51.100.253");
    }

    async Task<string> NamesAsync() => (await DoctorReport.OfAsync(Two)).Of("Names").ShouldHaveSingleItem();
}
