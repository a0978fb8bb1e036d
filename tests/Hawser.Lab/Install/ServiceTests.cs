using System.Globalization;
using Hawser.Lab.Harness;

namespace Hawser.Lab.Install;

/// <summary>
/// hawser under something that does for it what systemd does: holds its sockets, gives it the capabilities of its unit,
/// starts it anew when it ends, and is told how it is.
/// </summary>
[Collection(Collections.Fragile)]
public sealed class ServiceTests(FragileHost host) : LabTest(host)
{
    // The sockets are this shell's: they outlive every hawser, and calls wait in them.
    static readonly string Supervise = $$"""
        mkdir -p /run/docker/plugins
        setsid systemd-socket-activate -l /run/docker/plugins/ovs.sock -l /run/docker/plugins/ovn.sock bash -c '
          while [[ ! -e /run/lab/enough ]]; do (export LISTEN_PID=$BASHPID; exec setpriv --bounding-set=-all,{{Capabilities("hawser")}} hawser serve --environment); sleep 0.2; done
        ' >>/var/log/hawser.log 2>&1 </dev/null &
        echo $! >/run/lab/supervisor
        """;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.StopAsync("hawser");
    }

    protected override async Task TidyAsync()
    {
        await Host.RunAsync("touch /run/lab/enough; pkill -TERM -x hawser; while pgrep -x hawser || kill -0 $(cat /run/lab/supervisor); do sleep 0.1; done; rm -f /run/lab/{enough,supervisor} /run/docker/plugins/ov?.sock");
        await Host.StartAsync("hawser");
    }

    [Fact]
    public async Task The_first_call_starts_it()
    {
        await Host.RunAsync(Supervise);
        (await Host.TryRunAsync("pgrep -x hawser")).Succeeded.ShouldBeFalse();
        await CreateNetworkAsync("");
        await Host.RunAsync("pgrep -x hawser");
    }

    [Fact]
    public async Task Twenty_restarts_under_a_churn_of_containers_fail_no_start()
    {
        await Host.RunAsync(Supervise);
        await CreateNetworkAsync("");
        await WebAsync("--network net1 -p 8080:80");
        var result = await Host.RunAsync("""
            churn() { while [[ ! -e /run/lab/churned ]]; do docker run --rm --network net1 busybox true || echo "failed at $(date +%T.%3N)"; done; }
            churn & churn &
            for i in {1..20}; do sleep 1.5; pkill -TERM -x hawser; done
            touch /run/lab/churned; wait; rm /run/lab/churned
            """, TimeSpan.FromMinutes(3));
        result.Output.ShouldNotContain("failed");
        await FetchFromOutsideAsync($"http://{Host.Address}:8080");
    }

    [Fact]
    public async Task A_privileged_port_is_published()
    {
        await Host.RunAsync(Supervise);
        await CreateNetworkAsync("");
        await WebAsync("--network net1 -p 80:80");
        (await FetchFromOutsideAsync($"http://{Host.Address}")).Text.ShouldBe("web");
    }

    [Fact]
    public async Task It_tells_that_it_is_ready_alive_and_stopping()
    {
        var told = await Host.RunAsync("""
            perl -MSocket -e '$| = 1; unlink $ARGV[0]; socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, pack_sockaddr_un($ARGV[0])); while (defined recv(S, $m, 100, 0)) { print "$m\n"; exit if $m =~ /STOPPING/ }' /run/lab/notify >/run/lab/told &
            while [[ ! -S /run/lab/notify ]]; do sleep 0.1; done
            NOTIFY_SOCKET=/run/lab/notify WATCHDOG_USEC=300000 hawser serve >>/var/log/hawser.log &
            sleep 2; pkill -TERM -x hawser; wait; cat /run/lab/told
            """);
        var lines = told.Text.Split('\n');
        lines[0].ShouldBe("READY=1");
        lines[^1].ShouldBe("STOPPING=1");
        lines.Count(l => l == "WATCHDOG=1").ShouldBeInRange(5, 30);
    }

    [Fact]
    public async Task What_it_may_not_do_in_a_container_its_second_unit_does_for_it()
    {
        await Host.RunAsync(Supervise);
        await CreateNetworkAsync("");
        var one = await SleepAsync("--network none", "one");
        await SleepAsync("--network none", "two");
        const string Attach = "hawser attach {0} --bridge br-leg --name eth1 --ip 10.70.0.{1}/24 --ip fd00:70::{1}/64";

        var refused = await Host.TryRunAsync(string.Format(CultureInfo.InvariantCulture, Attach, "one", 1));
        refused.Stderr.ShouldContain("start its agent, `systemctl enable --now hawser-netns.socket`");
        await Host.RunAsync($"""
            setsid systemd-socket-activate -l /run/hawser/netns.sock setpriv --bounding-set=-all,{Capabilities("hawser-netns")} hawser netns-agent >>/var/log/hawser.log 2>&1 </dev/null &
            echo $! >/run/lab/agent; while [[ ! -S /run/hawser/netns.sock ]]; do sleep 0.1; done
            """);
        try
        {
            await Host.RunAsync(string.Format(CultureInfo.InvariantCulture, Attach, "one", 1));
            await Host.RunAsync(string.Format(CultureInfo.InvariantCulture, Attach, "two", 2));
            (await one.ExecAsync("ping -c1 -W1 10.70.0.2")).Succeeded.ShouldBeTrue();
            (await one.ExecAsync("ping -c1 -W1 fd00:70::2")).Succeeded.ShouldBeTrue();
        }
        finally
        {
            await Host.RunAsync("kill $(cat /run/lab/agent); rm -f /run/hawser/netns.sock /run/lab/agent");
        }
    }

    // CAP_NET_ADMIN CAP_NET_RAW as setpriv writes them: +net_admin,+net_raw
    static string Capabilities(string unit) => string.Join(',', File.ReadLines(Path.Combine(Repository.Root, "packaging", $"{unit}.service.in"))
        .Single(line => line.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal)).Split('=')[1].Split(' ').Select(c => c.Replace("CAP_", "+", StringComparison.Ordinal).ToLowerInvariant()));
}
