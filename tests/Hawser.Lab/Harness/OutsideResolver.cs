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

    // All tests have one machine outside: the next one waits until this one's resolver has ended.
    static readonly SemaphoreSlim Outside = new(1, 1);

    readonly OutsideProcess _process;
    readonly string _log = Path.GetTempFileName();
    readonly bool _isOutside;

    OutsideResolver(string labScript, string address, string netns)
    {
        _isOutside = netns.Length == 0;
        _process = new OutsideProcess(labScript, Serve, address, _log, netns);
    }

    /// <summary>One on the machine outside, which the hosts' resolv.conf names.</summary>
    public static async Task<OutsideResolver> StartAsync(string labScript)
    {
        await Outside.WaitAsync();
        var resolver = new OutsideResolver(labScript, LabHost.OutsideAddress, "");
        try
        {
            await AnswersAsync(() => LabHost.TryOutsideAsync($"busybox nslookup name {LabHost.OutsideAddress}"), LabHost.OutsideAddress);
            return resolver;
        }
        catch
        {
            resolver.Dispose();
            throw;
        }
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
        if (_isOutside) Outside.Release();
    }

    static Task AnswersAsync(Func<Task<CommandResult>> ask, string address) => Eventually.TrueAsync(
        async () => (await ask()).Output.Contains("NXDOMAIN", StringComparison.Ordinal), $"the resolver at {address} does not answer");
}
