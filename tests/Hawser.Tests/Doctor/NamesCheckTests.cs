using System.Collections.Immutable;
using System.Net;
using Hawser.Docker.Engine;
using Hawser.Doctor;

namespace Hawser.Tests.Doctor;

/// <summary>Where OVN cannot answer for names, it is said, and what mends it.</summary>
public sealed class NamesCheckTests
{
    const string Remedy = "hawser ovn setup --docker-dns";

    [Theory]
    [InlineData("20.10.24+dfsg1", "192.0.2.1", true)]
    [InlineData("26.1.5+dfsg1", "192.0.2.1", true)]
    [InlineData("27.5.1", "192.0.2.1", true)]
    [InlineData("28.0.0", "192.0.2.1", false)]
    [InlineData("28.5.2", "192.0.2.1", false)]
    [InlineData("20.10.24+dfsg1", "127.0.0.53", false)]
    [InlineData("28.5.2", "127.0.0.53", false)]
    [InlineData("20.10.24+dfsg1", "", false)]
    [InlineData(null, "192.0.2.1", false)]
    public void The_hosts_servers_are_asked_from_the_container_by_old_versions_only(string? engine, string resolvConf, bool isFine)
    {
        var finding = NamesCheck.Of(engine, Dns(resolvConf));
        finding.Verdict.ShouldBe(isFine ? Verdict.Ok : Verdict.Warning);
        if (isFine) return;
        foreach (var way in new[] { Remedy, "docker run --dns", "dns:", "\"dns\" in daemon.json" }) finding.Remedy!.ShouldContain(way);
    }

    [Theory]
    [InlineData("28.5.2", "192.0.2.1")]
    [InlineData("26.1.5", "127.0.0.53")]
    public void Servers_that_were_given_are_asked_from_the_container_by_every_version(string engine, string resolvConf)
    {
        NamesCheck.Of(engine, Dns(resolvConf) with { InFile = Servers("192.0.2.1") }).Verdict.ShouldBe(Verdict.Ok);
        var dockerd = DockerdProcess.Of(["dockerd", "--dns", "192.0.2.1"]);
        NamesCheck.Of(engine, Dns(resolvConf) with { Dockerd = dockerd }).Verdict.ShouldBe(Verdict.Ok);
    }

    [Fact]
    public void Servers_that_are_the_hosts_no_more_are_told_of_but_not_those_that_somebody_chose()
    {
        var found = Dns("192.0.2.9") with { InFile = Servers("192.0.2.1"), Written = WrittenDns.Parse("host:192.0.2.1") };
        var finding = NamesCheck.Of("28.5.2", found);
        finding.Verdict.ShouldBe(Verdict.Warning);
        finding.Says.ShouldContain("192.0.2.1, as the host's servers were; now they are 192.0.2.9");
        finding.Remedy!.ShouldContain(Remedy);
        NamesCheck.Of("28.5.2", found with { Written = null }).Verdict.ShouldBe(Verdict.Ok);
        NamesCheck.Of("28.5.2", found with { Written = WrittenDns.Parse("given:192.0.2.1") }).Verdict.ShouldBe(Verdict.Ok);
        NamesCheck.Of("28.5.2", found with { InFile = Servers("192.0.2.7") }).Verdict.ShouldBe(Verdict.Ok);
    }

    [Fact]
    public void A_restart_that_is_due_a_loopback_and_a_broken_file_are_told_of()
    {
        var found = Dns("192.0.2.1");
        NamesCheck.Of("28.5.2", found with { InFile = Servers("192.0.2.1"), IsPending = true }).Remedy!.ShouldContain("restart docker");
        NamesCheck.Of("28.5.2", found with { InFile = Servers("127.0.0.53") }).Says.ShouldContain("the container's own loopback");
        NamesCheck.Of("28.5.2", found with { Unreadable = "it is not valid JSON" }).Says.ShouldContain("it is not valid JSON");
    }

    static DockerDns Dns(string resolvConf) => new()
    {
        Dockerd = DockerdProcess.Of([]),
        Host = HostServers.Of(resolvConf.Length == 0 ? "" : $"nameserver {resolvConf}\n", ""),
    };

    static ImmutableArray<IPAddress> Servers(params string[] servers) => [.. servers.Select(IPAddress.Parse)];
}
