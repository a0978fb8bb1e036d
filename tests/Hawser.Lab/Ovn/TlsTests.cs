using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>OVN's databases reached by TLS alone, with the keys of table SSL, as ovs-vsctl set-ssl sets them.</summary>
[Collection(FragileClusterDefinition.Name)]
public sealed class TlsTests(FragileCluster cluster) : ClusterTest(cluster)
{
    const string Keys = "/etc/openvswitch/ovn-privkey.pem /etc/openvswitch/ovn-cert.pem /etc/openvswitch/ovn-cacert.pem";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        // One authority, and one certificate for whoever it knows.
        await Central.RunAsync("""
            cd /etc/openvswitch
            openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=authority -keyout ca-key.pem -out ovn-cacert.pem 2>/dev/null
            openssl req -newkey rsa:2048 -nodes -subj /CN=ovn -keyout ovn-privkey.pem -out request.pem 2>/dev/null
            openssl x509 -req -in request.pem -CA ovn-cacert.pem -CAkey ca-key.pem -CAcreateserial -days 30 -out ovn-cert.pem 2>/dev/null
            """);
        var keys = (await Central.RunAsync($"tar -czf - {Keys} 2>/dev/null | base64 -w0")).Text;
        foreach (var host in Hosts) await host.RunAsync($"base64 -d <<<{keys} | tar -xzf - -C / && ovs-vsctl set-ssl {Keys}");
        await Central.RunAsync($"ovn-nbctl set-ssl {Keys}; ovn-sbctl set-ssl {Keys}");
        await ListenAsync("pssl", "--ssl");
    }

    public override async Task DisposeAsync()
    {
        await Task.WhenAll(Hosts.Select(h => h.RemoveAllAsync()));
        await ListenAsync("ptcp", "");
        foreach (var host in Hosts) await host.RunAsync("ovs-vsctl del-ssl");
        await Central.RunAsync("ovn-nbctl del-ssl; ovn-sbctl del-ssl");
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Containers_on_two_hosts_reach_each_other()
    {
        (await Central.NbctlAsync("get-connection")).ShouldBe("pssl:6641:0.0.0.0");
        await CreateNetworksAsync("--subnet 10.95.0.0/24 --ipam-driver ovn");
        await One.WebAsync("--network net1 --ip 10.95.0.10");
        (await (await Two.SleepAsync("--network net1")).FetchAsync("http://10.95.0.10")).ShouldBe("web");
        (await One.HawserAsync("ovn status")).Text.ShouldContain($"ssl:{Central.Address}:6641");
    }

    [Fact]
    public async Task Keys_given_by_flags_serve_as_well()
    {
        await One.StopAsync("hawser");
        await One.RunAsync("ovs-vsctl del-ssl");
        await One.ServeAsync(string.Join(' ', Keys.Split(' ').Zip(["--private-key", "--certificate", "--ca-cert"], (file, flag) => $"{flag} {file}")));
        await One.CreateNetworkAsync("--subnet 10.95.0.0/24");
        (await Central.NamesAsync("Logical_Switch")).ShouldHaveSingleItem();
        await One.StopAsync("hawser");
        await One.RunAsync($"ovs-vsctl set-ssl {Keys}");
        await One.StartAsync("hawser");
    }

    [Fact]
    public async Task Without_keys_a_network_fails_with_what_is_missing()
    {
        await One.RunAsync("ovs-vsctl del-ssl");
        (await One.TryDockerAsync("network create -d ovn --subnet 10.95.0.0/24 net1")).Output.ShouldContain("needs keys, and table SSL of Open vSwitch's database has none");
        await One.RunAsync($"ovs-vsctl set-ssl {Keys}");
        await One.CreateNetworkAsync("--subnet 10.95.0.0/24");
    }

    ChassisHost[] Hosts => [One, Two];

    async Task ListenAsync(string scheme, string option)
    {
        await Central.RunAsync($"ovn-nbctl set-connection {scheme}:6641:0.0.0.0; ovn-sbctl set-connection {scheme}:6642:0.0.0.0");
        foreach (var host in Hosts) await host.HawserAsync($"ovn setup --central {Central.Address} --encap-ip {host.Address} {option}");
        foreach (var host in Hosts) await Eventually.SucceedsAsync(() => host.TryRunAsync("hawser ovn status"));
    }
}
