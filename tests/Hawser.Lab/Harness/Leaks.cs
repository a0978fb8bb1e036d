namespace Hawser.Lab.Harness;

/// <summary>All that hawser can leave behind on a host, one line each.</summary>
public sealed class Leaks
{
    /// <summary>
    /// Bridges, ports, links, rules, addresses and files that bear hawser's mark or that only a network can have brought.
    /// A daemon that does not answer is a line too, for then nothing is known.
    /// </summary>
    const string Inventory = """
        { ip -j -d address show; ovs-vsctl --timeout=5 --format=json -- --columns=name,external_ids list Bridge -- --columns=name,external_ids list Port -- --columns=name,external_ids list Interface; } | jq -rn '
          (input[] | . as $link
            | (select((.ifname | test("^hw[pca]")) or ((.ifalias // "") | startswith("hawser:"))) | "link \(.ifname) \(.ifalias // "")"),
              (select(.ifname == "docker_gwbridge") | "link docker_gwbridge"),
              (select(.ifname | IN("lo", "eth0", "docker0") | not) | .addr_info[] | select(.scope == "global") | "address \(.local)/\(.prefixlen) on \($link.ifname)")),
          (("Bridge", "Port", "Interface") as $table | input | .data[] | select(.[1][1] | any(.[0] == "hawser-unit")) | "\($table) \(.[0])")' ||
          echo "Open vSwitch does not answer"
        for save in iptables-save ip6tables-save; do
          "$save" 2>/dev/null | sed -n "/HAWSER/{ s/\[[0-9:]*\]//; s/^/$save: /p }"
        done
        find /run/hawser/endpoints /var/lib/hawser/networks /var/lib/hawser/attachments -type f 2>/dev/null
        true
        """;

    readonly LabHost _host;
    readonly IReadOnlySet<string> _before;

    Leaks(LabHost host, IReadOnlySet<string> before) => (_host, _before) = (host, before);

    /// <summary>What is there before a test: known since the last one on this host, unless that left something.</summary>
    public static async Task<Leaks> SnapshotAsync(LabHost host) => new(host, host.Untouched ?? await InventoryAsync(host));

    /// <summary>Nothing may be there that was not there at the snapshot. Links go in batches, so it may take a moment.</summary>
    public async Task CheckAsync()
    {
        string[] left = [];
        _host.Untouched = null;
        await Eventually.PollAsync(
            async () => (left = [.. (await InventoryAsync(_host)).Except(_before).Order(StringComparer.Ordinal)]).Length == 0,
            () => $"left behind, though no container or network owns it:{Environment.NewLine}{string.Join(Environment.NewLine, left)}",
            TimeSpan.FromSeconds(15));
        _host.Untouched = _before;
    }

    static async Task<IReadOnlySet<string>> InventoryAsync(LabHost host)
    {
        var lines = (await host.RunAsync(Inventory)).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.ToHashSet(StringComparer.Ordinal);
    }
}
