namespace Hawser.Lab.Harness;

/// <summary>A resolver that answers every question, and knows no name: outside, or on a host's loopback. Ends when disposed.</summary>
public sealed class OutsideResolver : IDisposable
{
    const string Serve = """
        in_it=(); [[ -z $2 ]] || in_it=(nsenter "--net=/run/netns/$2")
        "${in_it[@]}" dnsmasq -k -C /dev/null --no-resolv --no-hosts --address=/#/ --listen-address="$0" --bind-interfaces \
          --user=root --pid-file= --log-queries --log-facility="$1" & server=$!
        read -r _; kill $server; wait
        """;

    readonly OutsideProcess _process;
    readonly string _log = Path.GetTempFileName();

    OutsideResolver(string labScript, string address, string netns) =>
        _process = new OutsideProcess(labScript, Serve, address, _log, netns);

    /// <summary>One on the machine outside, which the hosts' resolv.conf names.</summary>
    public static async Task<OutsideResolver> StartAsync(string labScript)
    {
        var resolver = new OutsideResolver(labScript, LabHost.OutsideAddress, "");
        await AnswersAsync(() => LabHost.TryOutsideAsync($"busybox nslookup name {LabHost.OutsideAddress}"), LabHost.OutsideAddress);
        return resolver;
    }

    /// <summary>One on a host's loopback, as systemd-resolved's is.</summary>
    public static async Task<OutsideResolver> StartAsync(string labScript, LabHost host, string address)
    {
        var resolver = new OutsideResolver(labScript, address, $"hawser-{host.Name}");
        await AnswersAsync(() => host.TryRunAsync($"busybox nslookup name {address}"), address);
        return resolver;
    }

    /// <summary>The addresses that questions for a name came from.</summary>
    public string[] AskersOf(string name) =>
        [.. File.ReadAllLines(_log).Select(l => l.Split($"] {name} from ")).Where(l => l.Length == 2).Select(l => l[1]).Distinct()];

    public void Dispose()
    {
        _process.Dispose();
        File.Delete(_log);
    }

    static Task AnswersAsync(Func<Task<CommandResult>> ask, string address) => Eventually.TrueAsync(
        async () => (await ask()).Output.Contains("NXDOMAIN", StringComparison.Ordinal), $"the resolver at {address} does not answer");
}
