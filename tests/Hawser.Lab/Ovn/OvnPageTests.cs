using Hawser.Lab.Harness;

namespace Hawser.Lab.Ovn;

/// <summary>The commands of docs/ovn.md work as they are printed, on the hosts that their prompts name.</summary>
[Trait("DependsOn", "versions")]
public sealed class OvnPageTests(Cluster cluster) : ClusterTest(cluster)
{
    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Cluster.GiveDockerDnsAsync();
    }

    [Fact]
    public async Task The_commands_of_the_page_work_in_their_order()
    {
        var prompts = new Dictionary<string, LabHost> { ["host1$ "] = One, ["host2$ "] = Two, ["central$ "] = Central };
        using var resolver = await LabHost.ResolveOutsideAsync();
        var run = 0;
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs", "ovn.md")))
        {
            foreach (var (prompt, host) in prompts.Where(p => line.StartsWith(p.Key, StringComparison.Ordinal)))
            {
                var command = InTheLab(line[prompt.Length..]);
                // A name is known to other hosts a moment after its container is connected.
                if (command.Contains("http://shop", StringComparison.Ordinal)) await Eventually.SucceedsAsync(() => host.TryRunAsync(command));
                else await host.RunAsync(command);
                // The page has `systemctl restart docker` here, which lab hosts do not know.
                if (line.EndsWith("--docker-dns", StringComparison.Ordinal)) await ((ChassisHost)host).RestartDockerAsync();
                run++;
            }
        }
        run.ShouldBeGreaterThan(10);
        (await One.DockerAsync("ps -aq")).Text.ShouldBeEmpty("the page leaves containers behind");
    }

    string InTheLab(string command) => command
        .Replace("198.51.100.101", Central.Address, StringComparison.Ordinal)
        .Replace("198.51.100.11", One.Address, StringComparison.Ordinal)
        .Replace("198.51.100.12", Two.Address, StringComparison.Ordinal);
}
