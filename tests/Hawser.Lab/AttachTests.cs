using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>Containers on bridges without a network of Docker's: hawser attach, detach and attachments, and ovs-docker's verbs.</summary>
[Collection(Collections.Main)]
public sealed class AttachTests(MainHost host) : LabTest(host)
{
    Task<CommandResult> AttachAsync(string container, string arguments) => Host.HawserAsync($"attach {container} --bridge br-leg --name eth1 {arguments}");

    async Task<(Container One, Container Two)> StartPairAsync(string options = "--network none") =>
        (await SleepAsync(options, "one"), await SleepAsync(options, "two"));

    async Task<string> RefusalAsync(string arguments)
    {
        var refused = await Host.TryRunAsync("hawser " + arguments);
        refused.Succeeded.ShouldBeFalse(refused.ToString());
        return refused.Stderr;
    }

    [Fact]
    public async Task Containers_without_a_network_reach_each_other_on_a_bridge_and_the_first_packet_passes()
    {
        var (one, two) = await StartPairAsync();

        var said = (await AttachAsync("one", "--ip 10.70.0.1/24 --ip fd00:70::1/64")).Text;
        await AttachAsync("two", "--ip 10.70.0.2/24 --ip fd00:70::2/64 --mac 02:42:aa:bb:cc:dd --mtu 1400");

        said.ShouldBe("one has eth1 on bridge br-leg: 10.70.0.1/24, fd00:70::1/64, MAC 02:42:0a:46:00:01");
        (await one.ExecAsync("ping -c1 -W1 10.70.0.2")).Succeeded.ShouldBeTrue();
        (await two.ExecAsync("ping -c1 -W1 fd00:70::1")).Succeeded.ShouldBeTrue();
        (await two.MacAsync("eth1")).ShouldBe("02:42:aa:bb:cc:dd");
        (await two.ExecAsync("cat /sys/class/net/eth1/mtu")).Text.ShouldBe("1400");
        (await Host.HawserAsync("diff")).Text.ShouldBe("everything is as it should be");
        (await Host.HawserAsync("orphans")).Text.ShouldBe("no orphans");
        (await Host.HawserAsync("status")).Stdout.ShouldContain("br-leg");
        (await Host.HawserAsync("explain one")).Stdout.ShouldContain("eth1 holds [10.70.0.1/24, fd00:70::1/64]");
    }

    [Fact]
    public async Task Detached_a_container_has_nothing_of_it_and_the_bridge_goes_with_the_last_one()
    {
        var (one, _) = await StartPairAsync();
        await AttachAsync("one", "--ip 10.70.0.1/24");
        await AttachAsync("two", "--ip 10.70.0.2/24");
        (await Host.HawserAsync("attachments")).Stdout.ShouldContain("br-leg");

        await Host.HawserAsync("detach one --name eth1");

        (await one.TryExecAsync("ip link show dev eth1")).Succeeded.ShouldBeFalse();
        (await OvsAsync("list-br")).ShouldContain("br-leg");
        await Host.HawserAsync("detach two --all");
        (await Host.HawserAsync("attachments")).Text.ShouldBe("no attachments");
        await Eventually.TrueAsync(async () => !(await OvsAsync("list-br")).Contains("br-leg", StringComparison.Ordinal), "br-leg is there");
        (await RefusalAsync("detach one --name eth1")).ShouldContain("container \"one\" has no attachments");
    }

    [Fact]
    public async Task VLANs_keep_attached_containers_apart_and_routes_lead_where_they_should()
    {
        var (one, two) = await StartPairAsync();
        await AttachAsync("one", "--ip 10.70.0.1/24 --vlan 10 --gateway 10.70.0.254 --route 10.99.0.0/16=10.70.0.253");
        await AttachAsync("two", "--ip 10.70.0.2/24 ovs.port.vlan=20");

        await one.DoesNotReachAsync("10.70.0.2");
        var routes = (await one.ExecAsync("ip route")).Stdout;
        routes.ShouldContain("default via 10.70.0.254 dev eth1");
        routes.ShouldContain("10.99.0.0/16 via 10.70.0.253 dev eth1");
        await Host.HawserAsync("ovs-docker set-vlan br-leg eth1 two 10");
        await two.ReachesAsync("10.70.0.1");
    }

    [Fact]
    public async Task An_attachment_comes_back_with_its_container_and_goes_with_it()
    {
        var (one, two) = await StartPairAsync("--network bridge");
        await AttachAsync("one", "--ip 10.70.0.1/24");
        await AttachAsync("two", "--ip 10.70.0.2/24 --temporary");

        await Host.DockerAsync("restart -t 1 one");
        await two.ReachesAsync("10.70.0.1");
        await Host.DockerAsync("stop -t 1 one two");
        await Eventually.TrueAsync(async () => (await Host.HawserAsync("attachments")).Stdout is var shown
            && shown.Contains("Stopped", StringComparison.Ordinal) && !shown.Contains("two", StringComparison.Ordinal), "the one stays, the temporary one goes");
        await Host.HawserAsync("diff");
        await Host.DockerAsync("start one");
        await Eventually.SucceedsAsync(() => one.TryExecAsync("ip address show dev eth1 up"));
        await Host.DockerAsync("rm -f one");
        await Eventually.TrueAsync(async () => (await Host.HawserAsync("attachments")).Text == "no attachments", "one is attached", TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task The_verbs_of_ovs_docker_do_what_its_help_says()
    {
        await Host.RunAsync("ln -sf $(command -v hawser) /run/ovs-docker");
        var (one, two) = await StartPairAsync();

        await Host.RunAsync("/run/ovs-docker add-port br-leg eth1 one --ipaddress=10.70.0.1/24 --gateway=10.70.0.254 --macaddress=02:42:aa:00:00:01 --mtu=1450");
        await Host.RunAsync("/run/ovs-docker add-port br-leg eth1 two --ipaddress=10.70.0.2/24");
        await one.ReachesAsync("10.70.0.2");
        (await OvsAsync("--bare --columns=external_ids find interface external_ids:container_iface=eth1")).ShouldContain("container_id=");
        await Host.RunAsync("/run/ovs-docker set-vlan br-leg eth1 one 5");
        await two.DoesNotReachAsync("10.70.0.1");
        await Host.RunAsync("/run/ovs-docker del-port br-leg eth1 one; /run/ovs-docker del-ports br-leg two; rm /run/ovs-docker");
        (await Host.HawserAsync("attachments")).Text.ShouldBe("no attachments");
    }

    [Fact]
    public async Task What_cannot_be_attached_is_refused_with_a_sentence_and_leaves_nothing()
    {
        await SleepAsync("--network bridge", "one");
        await SleepAsync("--network host", "hosts");
        await Host.DockerAsync("run -d --stop-timeout 1 --name shares --network container:one busybox sleep 1h");
        await Host.DockerAsync("create --name rests busybox");
        var leaks = await Leaks.SnapshotAsync(Host);

        (await RefusalAsync("attach nobody --bridge br-leg --name eth1")).ShouldContain("there is no container \"nobody\"");
        (await RefusalAsync("attach rests --bridge br-leg --name eth1")).ShouldContain("container rests does not run");
        (await RefusalAsync("attach hosts --bridge br-leg --name eth1")).ShouldContain("the host's network");
        (await RefusalAsync("attach shares --bridge br-leg --name eth1")).ShouldContain("shares the network of container");
        (await RefusalAsync("attach one --bridge br-leg --name eth0")).ShouldContain("option --name: \"eth0\" is not allowed: the container has a link of that name");
        (await RefusalAsync("attach one --bridge docker0 --name eth1")).ShouldContain("option --bridge: \"docker0\" is not allowed");
        (await RefusalAsync("attach one --bridge br-leg --name eth1 --ip 10.70.0.1/24 --gateway 10.70.0.254")).ShouldContain("has a default route already");
        (await RefusalAsync("attach one --bridge br-leg --name eth1 --ip 10.70.0.1 --vlan 4095 ovs.port.meadow=green")).ShouldBe(
            "hawser: unknown option ovs.port.meadow: known are ovs.port.vlan, ovs.port.trunks, ovs.port.ingress_rate, ovs.port.ingress_burst; "
            + "option --ip: \"10.70.0.1\" is not allowed: an address with the length of its prefix, such as 192.0.2.10/24 or 2001:db8::10/64; "
            + "option ovs.port.vlan: \"4095\" is not allowed: a whole number from 1 to 4094\n");

        await leaks.CheckAsync();
        await AttachAsync("one", "--ip 10.70.0.1/24");
        (await RefusalAsync("attach one --bridge br-leg --name eth1")).ShouldContain("container one has this link on bridge br-leg already");
    }

    [Fact]
    public async Task Many_are_attached_and_detached_at_once()
    {
        await SleepAsync("--network none", "one");
        await Host.RunAsync("for i in {1..60}; do hawser attach one --bridge br-leg --name leg$i --ip 10.70.$i.1/24 >/dev/null & done; wait");
        (await Host.RunAsync("hawser attachments --json | jq '[.attachments[] | select(.state == \"Ready\")] | length'")).Text.ShouldBe("60");
        (await Host.HawserAsync("diff")).Text.ShouldBe("everything is as it should be");
        await Host.RunAsync("for i in {1..60}; do hawser detach one --name leg$i >/dev/null & done; wait");
        (await Host.HawserAsync("attachments")).Text.ShouldBe("no attachments");
    }
}
