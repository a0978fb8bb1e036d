namespace Hawser.Lab.Harness;

/// <summary>The resolver that the hosts' resolv.conf names. It answers every question, and knows no name. Ends when disposed.</summary>
public sealed class OutsideResolver : IDisposable
{
    const string Serve = """
        dnsmasq -k -C /dev/null --no-resolv --no-hosts --address=/#/ --listen-address="$0" --bind-interfaces --user=root --pid-file= & server=$!
        read -r _; kill $server; wait
        """;

    readonly OutsideProcess _process;

    OutsideResolver(OutsideProcess process) => _process = process;

    public static async Task<OutsideResolver> StartAsync(string labScript)
    {
        var resolver = new OutsideResolver(new OutsideProcess(labScript, Serve, LabHost.OutsideAddress));
        await Eventually.TrueAsync(async () => (await LabHost.TryOutsideAsync($"busybox nslookup name {LabHost.OutsideAddress}")).Output.Contains("NXDOMAIN", StringComparison.Ordinal), "the resolver outside does not answer");
        return resolver;
    }

    public void Dispose() => _process.Dispose();
}
