using System.Diagnostics;

namespace Hawser.Tests.Driver;

/// <summary>hawser purge --yes never takes what lives for an orphan.</summary>
public sealed class PurgeTests
{
    [Fact]
    public async Task Nothing_is_purged_while_a_record_cannot_be_read()
    {
        await using var host = await DriverHost.StartAsync();
        await host.CallAsync("CreateNetwork", Calls.Network("n", options: ("ovs.bridge.name", "br-lives")));
        await host.KillDaemonAsync();
        var file = host.FileOf(Calls.Id("n"));
        var record = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, "damaged");
        await host.StartDaemonAsync();

        var refused = await host.AdminAsync("POST", "/purge");

        refused.Status.ShouldBe(500);
        refused.Err!.ShouldContain(file);
        refused.Err!.ShouldContain("mend or remove");
        (await host.VsctlAsync("list-br")).Trim().ShouldBe("br-lives");

        await host.KillDaemonAsync();
        await File.WriteAllTextAsync(file, record);
        await host.StartDaemonAsync();
        await DriverHost.EventuallyAsync(async () => (await host.StatusAsync()).GetProperty("healthy").GetBoolean(), "the network is known again");
    }

    [Theory]
    [InlineData("/nowhere/docker.sock", "Docker was not asked yet what lives", "br-stray")]
    [InlineData("none", null, "")]
    public async Task Nothing_is_purged_before_Docker_was_asked_what_lives_if_it_is_to_be_asked(string docker, string? refusal, string left)
    {
        await using var host = await DriverHost.StartAsync(docker);
        await host.VsctlAsync("--no-wait", "add-br", "br-stray", "--", "set", "Bridge", "br-stray", "external_ids:hawser-instance=gone", "external_ids:hawser-unit=bridge/br-stray");
        await DriverHost.EventuallyAsync(async () => (await host.AdminAsync("GET", "/orphans")).Text.Contains("br-stray", StringComparison.Ordinal), "the orphan is seen");

        var reply = await host.AdminAsync("POST", "/purge");

        if (refusal is null) reply.Status.ShouldBe(200);
        else reply.Err!.ShouldContain(refusal);
        (await host.VsctlAsync("list-br")).Trim().ShouldBe(left);
    }

    [Fact]
    public async Task Rows_of_root_tables_that_nothing_needs_are_orphans_too_and_go_out_of_what_refers_to_them()
    {
        await using var host = await DriverHost.StartAsync();
        string[] marks = ["external_ids:hawser-instance=gone", "external_ids:hawser-unit=endpoint/gone"];
        await host.VsctlAsync(["--no-wait", "add-br", "theirs", "--", "--id=@queue", "create", "Queue", .. marks,
            "--", "--id=@qos", "create", "QoS", "type=linux-htb", "queues:0=@queue", .. marks, "--", "set", "Port", "theirs", "qos=@qos",
            "--", "--id=@other", "create", "Queue", .. marks, "--", "create", "QoS", "type=theirs", "queues:5=@other"]);
        await DriverHost.EventuallyAsync(async () => (await host.AdminAsync("GET", "/orphans")).Text is var orphans
            && orphans.Contains("QoS", StringComparison.Ordinal) && orphans.Contains("Queue", StringComparison.Ordinal), "both are seen");

        (await host.AdminAsync("POST", "/purge")).Status.ShouldBe(200);

        (await host.VsctlAsync("--bare", "--columns=type", "list", "QoS", "--", "--columns=_uuid", "list", "Queue")).Trim().ShouldBe("theirs");
        (await host.VsctlAsync("list-br")).Trim().ShouldBe("theirs");
    }

    [Fact]
    public async Task A_purge_that_cannot_be_done_yet_keeps_no_processor_busy()
    {
        await using var host = await DriverHost.StartWithoutDaemonAsync();
        await host.RunAsync("ip", "link", "add", "hwpstray", "type", "veth", "peer", "name", "hwcstray");
        await host.RunAsync("ip", "link", "set", "hwpstray", "alias", "hawser:0123456789abcdef:endpoint/stray");
        await host.Database.KillAsync();
        await host.StartDaemonAsync();
        await DriverHost.EventuallyAsync(async () => (await host.AdminAsync("GET", "/orphans")).Text.Contains("hwpstray", StringComparison.Ordinal), "the orphan is seen");
        using var daemon = Process.GetProcessById(host.DaemonPid);
        var before = daemon.TotalProcessorTime;

        (await host.AdminAsync("POST", "/purge")).Status.ShouldBe(500);

        daemon.Refresh();
        (daemon.TotalProcessorTime - before).ShouldBeLessThan(TimeSpan.FromSeconds(3), "the call takes ten seconds, which the daemon is to wait");
    }
}
