namespace Hawser.Bench;

/// <summary>A container that only lends its network namespace to tools of the host. On a flat network it has no gateway.</summary>
sealed record TrafficContainer(string Id, string Pid, string Address, string Gateway) : IAsyncDisposable
{
    public static async Task<TrafficContainer> StartAsync(string network)
    {
        var id = await Shell.RunAsync("docker", "run", "-d", "--rm", "--stop-timeout", "1", "--net", network, "busybox", "sleep", "1h");
        var facts = (await Shell.RunAsync("docker", "inspect", "--format", "{{.State.Pid}} {{range .NetworkSettings.Networks}}{{.IPAddress}} {{.Gateway}}{{end}}", id)).Split(' ');
        return new TrafficContainer(id, facts[0], facts[1], facts.ElementAtOrDefault(2) ?? "");
    }

    /// <summary>A command of the host in this container's network.</summary>
    public string[] Inside(params string[] command) => ["nsenter", "--target", Pid, "--net", "--", .. command];

    public async ValueTask DisposeAsync() => await Shell.RunAsync("docker", "rm", "-f", Id);
}
