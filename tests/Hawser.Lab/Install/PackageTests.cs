using Hawser.Lab.Harness;

namespace Hawser.Lab.Install;

/// <summary>A host with Docker and Open vSwitch, on which hawser is installed by the tests.</summary>
public sealed class PlainHost() : LabHost("plain"), IAsyncLifetime
{
    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        // The lab's own folders for them would be in the package's way.
        await RunAsync("umount /var/lib/hawser /etc/hawser && rmdir /var/lib/hawser /etc/hawser");
        await PutAsync("lab/lib/systemctl", "/usr/sbin/systemctl");
        await PutAsync(Directory.GetFiles(Path.Combine(Repository.Root, "artifacts"), "hawser_*.deb").ShouldHaveSingleItem(), "/root/hawser.deb");
    }
}

/// <summary>The Debian package: installed, used, purged.</summary>
public sealed class PackageTests(PlainHost host) : IClassFixture<PlainHost>
{
    const string Purge = "DEBIAN_FRONTEND=noninteractive apt-get purge -y hawser";

    // What another Hawser has, such as a managed plugin.
    const string Others = """
        ovs-vsctl add-br br-other -- set bridge br-other datapath_type=netdev external_ids:hawser-instance=another
        ip link add other0 type veth peer name other1 && ip link set other0 alias hawser:another:endpoint/0
        """;

    const string RemoveOthers = "ovs-vsctl br-exists br-other && ip link show other0 && ovs-vsctl del-br br-other && ip link del other0";

    // All that a package can leave: files, links, rows, chains.
    const string Traces = """
        find /etc /usr /opt /srv /var -xdev \( -path /var/log -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o -name hawser-lab-tree \) -prune -o -name '*hawser*' -print
        find /run -path /run/lab -prune -o -name '*hawser*' -print
        ip -o link | grep -E 'hawser|ovsbr-' || true
        ovs-vsctl show | grep -E 'Bridge|Port' || true
        iptables-save | grep HAWSER || true; ip6tables-save | grep HAWSER || true
        """;

    [Fact]
    public async Task Purged_it_leaves_no_trace_whether_its_networks_were_removed_or_not()
    {
        foreach (var isTidy in new[] { true, false })
        {
            await InstallAsync();
            await host.RunAsync("systemctl enable --now hawser");
            await host.DockerAsync("network create -d ovs net1");
            await host.WebAsync("--network net1 -p 8080:80");
            (await (await host.SleepAsync("--network net1")).FetchAsync("http://web")).ShouldBe("web");
            await host.RunAsync("hawser doctor; MANWIDTH=80 man -l /usr/share/man/man8/hawser.8.gz 2>/dev/null | grep -q 'hawser serve' || zcat /usr/share/man/man8/hawser.8.gz | grep -q 'hawser serve'");

            if (isTidy) await host.DockerAsync("rm -f web client && docker network rm net1");
            await host.RunAsync("systemctl disable --now hawser");
            await host.RunAsync(Others);
            await host.RunAsync(Purge);
            await host.RunAsync(RemoveOthers);
            (await host.RunAsync(Traces)).Text.ShouldBeEmpty();
            if (!isTidy) await host.DockerAsync("rm -f web client");
        }
    }

    [Fact]
    public async Task The_commands_of_the_page_lead_there_and_back()
    {
        var run = await InstallPage.RunAsync(host, "service$ ", "cd /root && export DEBIAN_FRONTEND=noninteractive");
        run.ShouldBeGreaterThan(5);
        (await host.TryRunAsync("command -v hawser")).Succeeded.ShouldBeFalse();
    }

    [Theory]
    [InlineData("bash", """
        source /usr/share/bash-completion/completions/hawser
        COMP_LINE='hawser serve --m' COMP_POINT=16; _hawser; printf '%s\n' "${COMPREPLY[@]}"
        """)]
    [InlineData("zsh", """
        compadd() { print -rl -- "${words_next[@]}" }
        complete() { source /usr/share/zsh/vendor-completions/_hawser }
        BUFFER='hawser serve --m' CURSOR=16; complete
        """)]
    [InlineData("fish", "complete -C 'hawser serve --m'")]
    public async Task Its_completion_knows_the_flags(string shell, string script)
    {
        await InstallAsync();
        await host.RunAsync($"cat >/root/completion <<'SCRIPT'\n{script}\nSCRIPT");
        (await host.RunAsync($"{shell} /root/completion")).Text.Split('\n').ShouldBe(["--managed", "--mode", "--mtu"], ignoreOrder: true);
    }

    Task<CommandResult> InstallAsync() => host.RunAsync("DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends /root/hawser.deb");
}
