using System.Net;
using System.Net.Sockets;
using Hawser.Core.Plan;
using Hawser.Linux;
using Hawser.Ovsdb;

namespace Hawser.Doctor;

/// <summary>
/// Checks that only one link answers for the address where tunnels end. With a bridge in userspace, the kernel also hears the
/// wire through the network card. By default it answers there for all addresses of the host, with the card's MAC address, in
/// addition to the bridge's own answer. The other host takes either answer, and what it sends to the card's reaches no tunnel.
/// </summary>
static class ArpCheck
{
    const string Here = "ARP";

    /// <summary>The findings for this host; none if no tunnel ends on such a bridge.</summary>
    public static IEnumerable<Finding> Run(Snapshot vswitch, string? encapIp)
    {
        using var routes = new RouteNetlink();
        return [.. Of(vswitch, encapIp, routes.DumpAddresses(), routes.DumpLinks(), ArpSettings.Of)];
    }

    /// <summary>The findings; none if no tunnel ends on a bridge in userspace.</summary>
    /// <param name="vswitch">Open vSwitch's database.</param>
    /// <param name="encapIp"><c>ovn-encap-ip</c>, if it is set.</param>
    /// <param name="addresses">The host's addresses.</param>
    /// <param name="links">The host's links.</param>
    /// <param name="settings">Reads what is in force on a link.</param>
    public static IEnumerable<Finding> Of(
        Snapshot vswitch, string? encapIp,
        IReadOnlyList<InterfaceAddress> addresses, IReadOnlyList<Link> links, Func<string, ArpSettings> settings)
    {
        var ports = UserspaceLink.Of(vswitch).ToList();
        foreach (var text in encapIp?.Split(',') ?? [])
        {
            if (!IPAddress.TryParse(text, out var encap) || encap.AddressFamily != AddressFamily.InterNetwork) continue;
            var index = addresses.FirstOrDefault(a => a.Address.Equals(encap))?.Index;
            var holder = links.FirstOrDefault(l => l.Index == index)?.Name;
            if (ports.Find(p => p.IsInternal && p.Name == holder) is not { } end) continue;
            var cards = ports.Where(p => !p.IsInternal && p.IsBeside(end)).Select(p => p.Name).Order(StringComparer.Ordinal);
            yield return OfEnd(encap, end, [.. cards.Where(Answers)]);
        }

        bool Answers(string card) =>
            links.FirstOrDefault(l => l.Name == card) is { HasArp: true } link && settings(card).AnswersForOthers(HasIPv4(link));

        bool HasIPv4(Link link) => addresses.Any(a => a.Index == link.Index && a.Address.AddressFamily == AddressFamily.InterNetwork);
    }

    static Finding OfEnd(IPAddress encap, UserspaceLink end, IReadOnlyList<string> answering)
    {
        if (answering.Count == 0) return Finding.Ok(Here, $"{end.Name} alone answers for {encap}, where tunnels end");
        return Finding.Broken(Here,
            $"{string.Join(", ", answering)} in bridge {end.Bridge} answers for {encap} as {end.Name} does, with another MAC address: "
            + "other hosts' packets to that one are lost, and their tunnels with it",
            string.Join("; ", answering.Select(Remedy)));
    }

    static string Remedy(string card)
    {
        // In sysctl's usual notation, a dot in a link's name would split it.
        var key = card.Contains('.', StringComparison.Ordinal) ? $"net/ipv4/conf/{card}/arp_ignore" : $"net.ipv4.conf.{card}.arp_ignore";
        return $"`sysctl -w {key}=1`, and `echo {key}=1 >/etc/sysctl.d/90-hawser-{card}.conf` for the next start of this host";
    }
}
