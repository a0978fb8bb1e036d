using Hawser.Lab.Harness;

namespace Hawser.Lab.Install;

/// <summary>A host with Docker, Open vSwitch and a registry of its own, and what `make plugin` makes.</summary>
public abstract class RegistryHost(string kind, params string[] options) : LabHost(kind, options), IAsyncLifetime
{
    public const string Registry = "127.0.0.1:5000";

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await PutAsync("artifacts/hawser", "/root/hawser");
        await PutAsync("packaging/plugin", "/root/make-plugin");
        await RunAsync($$"""
            cd /root && ./make-plugin ./hawser plugin
            printf 'version: 0.1\nstorage: { filesystem: { rootdirectory: /var/lib/docker/registry } }\nhttp: { addr: "{{Registry}}" }\n' >registry.yml
            """);
        await StartRegistryAsync();
        // Two versions of each, of which the second logs debug entries: nothing else tells them apart.
        foreach (var driver in new[] { "ovs", "ovn" })
        {
            await DockerAsync($"plugin create {Registry}/hawser/{driver}:v1 /root/plugin/{driver}");
            await RunAsync($"""
                cd /root/plugin/{driver} && sed -i 's/"--managed",/"--managed", "--debug",/' config.json && echo v2 >rootfs/etc/version
                docker plugin create {Registry}/hawser/{driver}:v2 .
                """);
            foreach (var version in new[] { "v1", "v2" })
            {
                await PushAsync($"{Registry}/hawser/{driver}:{version}");
                await DockerAsync($"plugin rm {Registry}/hawser/{driver}:{version}");
            }
        }
    }

    /// <summary>dockerd may die when all is pushed: it still sends its progress, on a channel that is closed.</summary>
    async Task PushAsync(string plugin)
    {
        var pushed = await TryDockerAsync($"plugin push {plugin}");
        if (pushed.Output.EndsWith("unexpected EOF", StringComparison.Ordinal))
        {
            await StopAsync("dockerd");
            await StartAsync("dockerd");
            pushed = await TryDockerAsync($"plugin push {plugin}");
        }
        pushed.OrFail();
    }

    /// <summary>A reboot ends it.</summary>
    public async Task StartRegistryAsync()
    {
        await RunAsync("""if ! pgrep -f "^docker-registry serve"; then setsid docker-registry serve /root/registry.yml >>/var/log/registry.log 2>&1 </dev/null & fi""");
        await Eventually.SucceedsAsync(() => TryRunAsync(": </dev/tcp/127.0.0.1/5000 || { cat /var/log/registry.log; exit 1; }"), TimeSpan.FromSeconds(30));
    }

    /// <summary>The first version, enabled unless the options say otherwise.</summary>
    public async Task InstallAsync(string driver, string options = "")
    {
        await StartRegistryAsync();
        await DockerAsync($"plugin install --grant-all-permissions {options} --alias hawser/{driver} {Registry}/hawser/{driver}:v1");
    }

    /// <summary>The second version, by the commands of the page.</summary>
    public async Task UpgradeAsync(string driver) => (await InstallPage.RunAsync(this, "upgrade$ ", "cd /root", command => command
        .Replace("REGISTRY", Registry, StringComparison.Ordinal).Replace("NEWER", "v2", StringComparison.Ordinal).Replace("hawser/ovs", $"hawser/{driver}", StringComparison.Ordinal))).ShouldBe(3);

    public async Task RemovePluginsAsync() => await RunAsync("plugins=$(docker plugin ls -q); [[ -z $plugins ]] || docker plugin rm -f $plugins");
}

/// <summary>One with Open vSwitch alone.</summary>
public sealed class SwitchRegistryHost() : RegistryHost("registry");

/// <summary>One that is all of OVN by itself.</summary>
public sealed class LogicalRegistryHost() : RegistryHost(Kind, "--ovn-central", "--ovn", NameOf(Kind))
{
    const string Kind = "registry-ovn";

    protected override string Uplink => "br-phy";
}
