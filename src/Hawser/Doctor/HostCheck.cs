using Hawser.Admin;
using Hawser.Linux;

namespace Hawser.Doctor;

/// <summary>Checks the host's firewall, links and clock.</summary>
static class HostCheck
{
    /// <summary>Checks whether the firewall lets the packets through that the host routes for containers.</summary>
    /// <param name="family">Which packets.</param>
    /// <param name="filter">The table filter, as iptables-save or ip6tables-save prints it.</param>
    /// <param name="isRouting">Whether there are networks that the host routes.</param>
    public static Finding OfForwarding(IpFamily family, string filter, bool isRouting)
    {
        const string Here = "Forwarding";
        var lines = filter.Split('\n');
        var rules = lines.Where(l => l.StartsWith("-A FORWARD ", StringComparison.Ordinal)).ToList();
        var policy = lines.FirstOrDefault(l => l.StartsWith(":FORWARD ", StringComparison.Ordinal))?.Split(' ')[1] ?? "ACCEPT";
        var jump = rules.FindIndex(r => r.Contains("-j HAWSER", StringComparison.Ordinal));
        if (!isRouting) return Finding.Ok(Here, $"{family}: policy {policy}; no network is routed by this host, so Hawser has no rules");
        return jump switch
        {
            < 0 => Finding.Broken(Here,
                $"{family}: the chain FORWARD, with policy {policy}, does not lead to Hawser's: containers do not reach the outside",
                "restart hawser, and see its log"),
            0 => Finding.Ok(Here, $"{family}: policy {policy}, after Hawser's own chain"),
            _ => Finding.Warning(Here,
                $"{family}: {jump} rules go before Hawser's in the chain FORWARD; the first: {rules[0]}",
                "make sure that they let containers through, or `systemctl restart hawser`"),
        };
    }

    /// <summary>Checks whether packets of containers fit into the tunnels between hosts.</summary>
    /// <param name="status">What the daemon knows.</param>
    /// <param name="links">The host's links.</param>
    /// <param name="largest">The largest MTU that fits.</param>
    public static IEnumerable<Finding> OfMtu(StatusReport status, IReadOnlyCollection<Link> links, int largest)
    {
        var switches = status.Networks.Where(n => n.Switch is not null).ToDictionary(n => n.Id, n => n.Switch!);
        var tooLarge = status.Endpoints.Where(e => switches.ContainsKey(e.Network))
            .Select(e => (Switch: switches[e.Network], Mtu: links.FirstOrDefault(l => l.Name == e.Port)?.Mtu ?? 0))
            .Where(p => p.Mtu > largest).Distinct().ToList();
        foreach (var (name, mtu) in tooLarge)
        {
            yield return Finding.Broken("MTU",
                $"containers on logical switch {name} have MTU {mtu}, but only {largest} fit into the underlay: "
                + "larger packets to other hosts are lost",
                $"raise the underlay's MTU, or make the network again with -o ovn.mtu={largest}");
        }
        if (tooLarge.Count == 0) yield return Finding.Ok("MTU", $"up to {largest} fit into the underlay");
    }

    /// <summary>Checks the clock.</summary>
    public static Finding OfClock(bool isSynchronized) => isSynchronized
        ? Finding.Ok("Clock", "synchronized")
        : Finding.Warning("Clock",
            "not synchronized: certificates may seem out of date, and logs of several hosts do not fit together",
            "install chrony");

    /// <summary>Reports what the daemon itself finds wrong.</summary>
    public static IEnumerable<Finding> OfDaemon(StatusReport status, OrphansReport? orphans)
    {
        var drivers = string.Join(", ", status.Docker.Drivers.Order(StringComparer.Ordinal));
        yield return Finding.Ok("Daemon", $"hawser {status.Version}; Docker knows the drivers as {drivers}");
        if (status.Firewall is { } error) yield return Finding.Broken("Firewall", error);
        foreach (var network in status.Networks.Where(n => n.State != "Ready"))
            yield return Finding.Broken("Network", $"{network.Id}: {network.Detail ?? network.State}");
        foreach (var endpoint in status.Endpoints.Where(e => e.State != "Ready"))
            yield return Finding.Broken("Endpoint", $"{endpoint.Id}: {endpoint.Detail ?? endpoint.State}");
        if (orphans?.Orphans.Count > 0)
        {
            yield return Finding.Warning("Orphans",
                $"{orphans.Orphans.Count} rows or links carry Hawser's mark and belong to nothing that is known, "
                + $"such as {orphans.Orphans[0].Name}",
                "`hawser orphans` shows them, `hawser purge --yes` removes them");
        }
    }
}
