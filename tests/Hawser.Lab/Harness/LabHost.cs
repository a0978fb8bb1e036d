using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hawser.Lab.Harness;

/// <summary>
/// A private Docker and Open vSwitch host, made by <c>lab/host</c>. A host that does not start fails every test of its
/// collection.
/// </summary>
public abstract class LabHost(string kind, params string[] upOptions) : IAsyncLifetime
{
    static readonly TimeSpan CommandDeadline = TimeSpan.FromSeconds(60);
    static readonly string Script = Path.Combine(Repository.Root, "lab", "host");
    static int _nextPort = RandomNumberGenerator.GetInt32(20000, 50000);

    readonly Engine _engine = new(NameOf(kind));

    /// <summary>Another machine on the same wire.</summary>
    public const string OutsideAddress = "198.51.100.254";

    public const string OutsideAddress6 = "2001:db8:51::254";

    /// <summary>The Debian tree that it runs.</summary>
    public string Tree { get; init; } = DebianTree.OfSuite;

    /// <summary>The link that is on the wire.</summary>
    protected virtual string Uplink => "eth0";

    /// <summary>Differs between clones of the repository, so that two of them can be tested at once.</summary>
    public string Name { get; } = NameOf(kind);

    /// <summary>The name of a host of a kind.</summary>
    protected static string NameOf(string kind) => $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Script)))[..4]}";

    public string Address { get; private set; } = "";

    public string Address6 { get; private set; } = "";

    public virtual async Task InitializeAsync()
    {
        (await LabAsync(["up", Name, "--rootfs", Tree, .. upOptions])).OrFail();
        Address = (await RunAsync($"ip -4 -j address show dev {Uplink} | jq -r '.[0].addr_info[0].local'")).Text;
        Address6 = (await RunAsync($"ip -6 -j address show dev {Uplink} scope global | jq -r '.[0].addr_info[0].local'")).Text;
    }

    public async Task DisposeAsync() => (await LabAsync(["down", Name])).OrFail();

    /// <summary>Runs a line of bash on the host; a failure fails the test.</summary>
    public async Task<CommandResult> RunAsync(string command, TimeSpan? deadline = null)
    {
        var result = await TryRunAsync(command, deadline);
        return result.Succeeded ? result : result.OrFail(await LogsAsync());
    }

    public Task<CommandResult> TryRunAsync(string command, TimeSpan? deadline = null) =>
        Shell.RunAsync(Script, ["exec", Name, "--", "bash", "-c", command], command, deadline ?? CommandDeadline);

    public Task<CommandResult> DockerAsync(string arguments) => RunAsync("docker " + arguments);

    public Task<CommandResult> TryDockerAsync(string arguments, TimeSpan? deadline = null) => TryRunAsync("docker " + arguments, deadline);

    /// <summary>Which Docker it is: 20, 26, 28, …</summary>
    public async Task<int> DockerMajorAsync() =>
        int.Parse((await DockerAsync("version -f '{{.Server.Version}}'")).Text.Split('.')[0], CultureInfo.InvariantCulture);

    public Task<CommandResult> HawserAsync(string arguments) => RunAsync("hawser " + arguments);

    /// <summary>A container that sleeps.</summary>
    public Task<Container> SleepAsync(string options, string name = "client") => RunContainerAsync(name, options, "sleep 1h");

    /// <summary>A container whose web server's front page is its own name.</summary>
    public Task<Container> WebAsync(string options, string name = "web") => RunContainerAsync(name, options, $"web {name}");

    public async Task<Container> RunContainerAsync(string name, string options, string command)
    {
        await DockerAsync($"run -d --stop-timeout 1 --name {name} --hostname {name} {options} busybox {command}");
        return new Container(this, name);
    }

    /// <summary>
    /// Removes all containers and all networks. dockerd 20.10 may lose count of a network's endpoints when it starts and
    /// removes many at once, and does not remove the network then; it counts anew at its start.
    /// </summary>
    public async Task RemoveAllAsync()
    {
        try
        {
            await RemoveOnceAsync();
        }
        catch (LabException e) when (e.Message.Contains("has active endpoints", StringComparison.Ordinal))
        {
            (await RunAsync("docker network inspect -f '{{len .Containers}}' $(docker network ls -q --filter type=custom) | sort -u")).Text.ShouldBe("0");
            await StopAsync("dockerd");
            await StartAsync("dockerd");
            await RemoveOnceAsync();
        }
    }

    async Task RemoveOnceAsync()
    {
        try
        {
            await _engine.RemoveContainersAsync();
            await _engine.RemoveNetworksAsync();
        }
        catch (LabException e)
        {
            throw new LabException($"{e.Message}{await LogsAsync()}", e);
        }
    }

    /// <summary>Runs nsenter(1) on the namespaces of a container's first process.</summary>
    internal async Task<CommandResult> TryEnterAsync(string container, string arguments)
    {
        int process;
        try
        {
            process = await _engine.FirstProcessAsync(container);
        }
        catch (LabException e)
        {
            return new CommandResult($"nsenter -t {container} {arguments}", 1, "", e.Message);
        }
        return await TryRunAsync($"nsenter -t {process} {arguments}");
    }

    /// <summary>Runs a line of bash on the machine at <see cref="OutsideAddress"/>.</summary>
    public async Task<CommandResult> OutsideAsync(string command) => (await TryOutsideAsync(command)).OrFail(await LogsAsync());

    public static Task<CommandResult> TryOutsideAsync(string command) =>
        Shell.RunAsync(Script, ["outside", "exec", "bash", "-c", command], "(outside) " + command, CommandDeadline);

    /// <summary>A web server outside, whose /cgi-bin/who tells the caller's address. Ends when disposed.</summary>
    public static Task<OutsideServer> ServeOutsideAsync() => OutsideServer.StartAsync(Script, NextPort());

    /// <summary>The resolver outside that the hosts' resolv.conf names. Ends when disposed.</summary>
    public static Task<OutsideResolver> ResolveOutsideAsync() => OutsideResolver.StartAsync(Script);

    /// <summary>What all processes of the host have used of the processors so far.</summary>
    public double ProcessorSeconds()
    {
        // Of the two versions of control groups, the first counts in nanoseconds.
        var nanoseconds = $"/sys/fs/cgroup/cpuacct/hawser-{Name}/cpuacct.usage";
        if (File.Exists(nanoseconds)) return double.Parse(File.ReadAllText(nanoseconds), CultureInfo.InvariantCulture) / 1e9;
        var statistics = $"/sys/fs/cgroup/hawser-{Name}/cpu.stat";
        return File.Exists(statistics) ? double.Parse(File.ReadLines(statistics).First().Split(' ')[1], CultureInfo.InvariantCulture) / 1e6 : 0;
    }

    /// <summary>What was there before the first test, once that is known: what hawser left behind is compared with it.</summary>
    internal IReadOnlySet<string>? Untouched { get; set; }

    /// <summary>A resolver on this host's loopback. Ends when disposed.</summary>
    public Task<OutsideResolver> ResolveOnLoopbackAsync(string address) => OutsideResolver.StartAsync(Script, this, address);

    /// <summary>Whether Docker asks the host's servers from the container's namespace, as it did before version 28.</summary>
    public async Task<bool> AsksFromTheContainerAsync() => await DockerMajorAsync() < 28;

    /// <summary>A port that no other test uses.</summary>
    public static int NextPort() => Interlocked.Increment(ref _nextPort);

    /// <summary>One more wire, from a link of this host's to a link of another's.</summary>
    public async Task CableAsync(string link, LabHost other, string otherLink) => (await LabAsync(["cable", Name, link, other.Name, otherLink])).OrFail();

    /// <summary>Copies a file of the repository into the host.</summary>
    public async Task PutAsync(string file, string path) => (await LabAsync(["put", Name, Path.Combine(Repository.Root, file), path])).OrFail();

    /// <summary>Gives Docker an image that a script of the lab writes.</summary>
    public async Task ImportAsync(string script, string image) => (await Shell.RunAsync(
        "bash", ["-c", "set -o pipefail; \"$0/$1\" | \"$0/host\" exec \"$2\" -- docker import - \"$3\"", Path.GetDirectoryName(Script)!, script, Name, image],
        $"lab/{script} | docker import - {image}", TimeSpan.FromMinutes(5))).OrFail();

    public async Task StartAsync(string daemon) => (await LabAsync(["start", Name, daemon])).OrFail(await LogsAsync());

    /// <summary>Starts hawser with flags of the test's; <see cref="StopAsync"/> and <see cref="KillAsync"/> end it like any other.</summary>
    public Task ServeAsync(string flags) => RunAsync($$"""
        setsid hawser serve {{flags}} >>/var/log/hawser.log 2>&1 </dev/null & echo $! >/run/lab/hawser.pid
        for i in {1..100}; do grep -q '00010000 .* /run/docker/plugins/ovs.sock$' /proc/net/unix && exit; sleep 0.1; done; exit 1
        """);

    public async Task StopAsync(string daemon) => (await LabAsync(["stop", Name, daemon])).OrFail();

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync(string daemon) => (await LabAsync(["kill", Name, daemon])).OrFail();

    public async Task RestartAfterKillAsync(string daemon)
    {
        await KillAsync(daemon);
        await StartAsync(daemon);
    }

    /// <summary>Everything dies, /run is emptied, the disk stays. With holdDocker only Open vSwitch starts again.</summary>
    public async Task RebootAsync(bool holdDocker = false) =>
        (await LabAsync(holdDocker ? ["reboot", Name, "--hold-docker"] : ["reboot", Name])).OrFail(await LogsAsync());

    /// <summary>The end of hawser's log, which is where the reason of most failures is.</summary>
    async Task<string> LogsAsync()
    {
        var log = await TryRunAsync("tail -n 25 /var/log/hawser.log");
        return $"{Environment.NewLine}the end of hawser's log:{Environment.NewLine}{log.Output}";
    }

    static Task<CommandResult> LabAsync(string[] arguments) =>
        Shell.RunAsync(Script, arguments, "lab/host " + string.Join(' ', arguments), TimeSpan.FromMinutes(3));
}
