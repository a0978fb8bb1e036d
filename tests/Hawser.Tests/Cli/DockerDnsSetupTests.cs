using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using Hawser.Cli;
using Hawser.Docker.Engine;

namespace Hawser.Tests.Cli;

/// <summary>hawser ovn setup --docker-dns.</summary>
public sealed class DockerDnsSetupTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    string Config => Path.Combine(_folder.FullName, "daemon.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void It_writes_the_hosts_servers_and_says_what_a_restart_does()
    {
        File.WriteAllText(Config, "{ \"debug\": true }\n");
        var plan = DockerDnsSetup.Plan([], Look());
        plan.Servers.Value.ShouldBe("host:192.0.2.1,192.0.2.2");
        var told = string.Join('\n', plan.Apply());
        File.ReadAllText(Config).ShouldBe("{ \"dns\": [\"192.0.2.1\", \"192.0.2.2\"], \"debug\": true }\n");
        File.ReadAllText(Config + ".old").ShouldBe("{ \"debug\": true }\n");
        foreach (var words in new[] { Config + ".old", "systemctl restart docker", "live-restore" }) told.ShouldContain(words);
        DockerDnsSetup.Plan([], Look()).Apply().ShouldHaveSingleItem().ShouldEndWith("is 192.0.2.1, 192.0.2.2 already");
    }

    [Fact]
    public void What_it_wrote_it_replaces_and_what_others_wrote_it_does_not()
    {
        File.WriteAllText(Config, "{ \"dns\": [\"192.0.2.7\"] }");
        Refused([], Look()).ShouldContain("has \"dns\": 192.0.2.7, which Hawser did not write");
        Refused([IPAddress.Parse("192.0.2.8")], Look()).ShouldContain("to have 192.0.2.8 there, remove it first");
        DockerDnsSetup.Plan([IPAddress.Parse("192.0.2.8")], Look() with { Written = WrittenDns.Parse("given:192.0.2.7") }).Apply();
        File.ReadAllText(Config).ShouldBe("{ \"dns\": [\"192.0.2.8\"] }");
    }

    [Fact]
    public void What_cannot_be_done_is_said_with_what_to_do()
    {
        Refused([], Look() with { Host = HostServers.Of("nameserver 127.0.0.53\n", "") }).ShouldContain("names no server but 127.0.0.53");
        Refused([], Look() with { Host = HostServers.Of("nameserver 127.0.0.53\n", "") }).ShouldEndWith("give them: --docker-dns=IP[,IP]");
        Refused([], Look("--dns", "192.0.2.5")).ShouldContain("dockerd was started with --dns 192.0.2.5");
        File.WriteAllText(Config, "{ \"debug\": }");
        Refused([], Look()).ShouldContain("not valid JSON in line 1");
    }

    [Theory]
    [InlineData("--docker-dns", "")]
    [InlineData("--docker-dns=192.0.2.1,2001:db8::1", "")]
    [InlineData("--central 192.0.2.1 --encap-ip 192.0.2.2 --docker-dns", "")]
    [InlineData("--docker-dns=127.0.0.1", "--docker-dns \"127.0.0.1\" is not allowed: 127.0.0.1 would be the container's own loopback")]
    [InlineData("--docker-dns=here", "--docker-dns \"here\" is not allowed")]
    [InlineData("--docker-dns --encap-ip 192.0.2.2", "--central")]
    [InlineData("--docker-dns --ssl", "--central")]
    [InlineData("", "--central")]
    public void It_stands_alone_or_beside_what_ties_the_host_to_OVN(string flags, string error)
    {
        var errors = new RootCommand { OvnCommand.Make() }.Parse($"ovn setup {flags}").Errors.Select(e => e.Message).ToList();
        if (error.Length == 0) errors.ShouldBeEmpty();
        else errors.ShouldContain(e => e.Contains(error));
    }

    [Theory]
    [InlineData("--docker-dns", "host:192.0.2.1,192.0.2.2", "192.0.2.1, 192.0.2.2")]
    [InlineData("--docker-dns=192.0.2.8,2001:db8::8", "given:192.0.2.8,2001:db8::8", "192.0.2.8, 2001:db8::8")]
    public void Without_servers_it_means_the_hosts_own(string flag, string record, string told)
    {
        var servers = new RootCommand { OvnCommand.Make() }.Parse($"ovn setup {flag}").GetValue(OvnCommand.DockerDns);
        var plan = DockerDnsSetup.Plan(servers.ShouldNotBeNull(), Look());
        plan.Apply()[0].ShouldBe($"\"dns\" in {Config} is {told}");
        plan.Servers.Value.ShouldBe(record);
        DaemonJson.Read(Config).Dns!.Value.ShouldBe(plan.Servers.Servers);
    }

    [Fact]
    public void Where_it_is_not_given_nothing_is_to_be_written()
    {
        var arguments = new RootCommand { OvnCommand.Make() }.Parse("ovn setup --central 192.0.2.1 --encap-ip 192.0.2.2");
        arguments.GetValue(OvnCommand.DockerDns).ShouldBeNull();
    }

    static string Refused(ImmutableArray<IPAddress> given, DockerDns dns) =>
        Should.Throw<AdminException>(() => DockerDnsSetup.Plan(given, dns)).Message;

    DockerDns Look(params string[] flags)
    {
        var found = new DockerDns
        {
            Dockerd = DockerdProcess.Of(["dockerd", .. flags, "--config-file", Config]),
            Host = HostServers.Of("nameserver 192.0.2.1\nnameserver 192.0.2.2\n", ""),
        };
        try
        {
            return found with { InFile = DaemonJson.Read(Config).Dns };
        }
        catch (FormatException e)
        {
            return found with { Unreadable = e.Message };
        }
    }
}
