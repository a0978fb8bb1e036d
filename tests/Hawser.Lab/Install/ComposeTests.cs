using Hawser.Lab.Harness;

namespace Hawser.Lab.Install;

/// <summary>A host with Docker alone, and what `docker compose` needs of the repository.</summary>
public sealed class DockerHost() : LabHost("compose", "--no-ovs"), IAsyncLifetime
{
    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        foreach (var file in new[] { "compose.yaml", ".dockerignore", "packaging/container/Dockerfile", "packaging/container/openvswitch", "artifacts/hawser" }) await PutAsync(file, $"/root/source/{file}");
        await ImportAsync("container-base", "hawser-base");
    }
}

/// <summary>Open vSwitch and hawser as containers.</summary>
public sealed class ComposeTests(DockerHost host) : IClassFixture<DockerHost>
{
    [Fact]
    public async Task The_commands_of_the_page_lead_there_and_back()
    {
        // Debian 12 has the older program of that name only.
        var compose = (await host.TryDockerAsync("compose version")).Succeeded ? "docker compose" : "docker-compose";
        var run = await InstallPage.RunAsync(host, "compose$ ", "cd /root/source && export BASE=hawser-base", command => command.Replace("docker compose", compose, StringComparison.Ordinal));
        run.ShouldBeGreaterThan(5);
        (await host.DockerAsync("ps -aq")).Text.ShouldBeEmpty();
        (await host.RunAsync("ip -o link | grep -E 'hawser:|ovs' || true; iptables-save | grep HAWSER || true; pgrep -x 'hawser|ovs-vswitchd|ovsdb-server' || true")).Text.ShouldBeEmpty();
    }
}
