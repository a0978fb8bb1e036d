using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Options;

namespace Hawser.Core.Plan;

/// <summary>One of Hawser's chains in a table of iptables, with its rules as iptables-restore reads them.</summary>
/// <param name="Table">"filter", "nat" or "mangle".</param>
/// <param name="Name">The chain.</param>
/// <param name="Rules">Its rules, in order, each without the leading "-A CHAIN".</param>
public sealed record FirewallChain(string Table, string Name, ValueArray<string> Rules);

/// <summary>A rule in a chain that is not ours. It leads into one of ours.</summary>
/// <param name="Table">"filter", "nat" or "mangle".</param>
/// <param name="Chain">The chain, which everyone uses.</param>
/// <param name="Rule">The rule, without the leading "-A CHAIN".</param>
public sealed record FirewallJump(string Table, string Chain, string Rule);

/// <summary>The whole of Hawser's firewall for one address family.</summary>
public sealed record FirewallPlan(ImmutableArray<FirewallChain> Chains, ImmutableArray<FirewallJump> Jumps)
{
    /// <summary>No rules at all.</summary>
    public static FirewallPlan Nothing { get; } = new([], []);

    /// <summary>Whether this family needs no rules.</summary>
    public bool IsEmpty => Chains.IsEmpty;

    /// <summary>The rules for the networks that the host routes, and for the ports that are published on them.</summary>
    /// <param name="intent">The networks.</param>
    /// <param name="facts">The host.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="prefix">What the chains' names start with.</param>
    public static FirewallPlan For(HostIntent intent, HostFacts facts, AddressFamily family, string prefix = Names.ChainPrefix)
    {
        var (protect, forward, outbound, input) = (prefix + "PROTECT", prefix + "FORWARD", prefix + "OUTBOUND", prefix + "INPUT");
        var (destinationNat, sourceNat) = (prefix + "DNAT", prefix + "SNAT");
        var links = RoutedLink.Of(intent, family);
        if (links.IsEmpty) return Nothing;
        // The host's own packets to 127.0.0.1 pass OUTPUT. In PREROUTING, such packets are forged by a neighbour or a container. The
        // kernel drops them, unless a rule sends them to a container first. Packets to ::1 it drops before any rule sees them.
        var exceptLoopback = family == AddressFamily.InterNetwork ? "! -d 127.0.0.0/8 " : "";
        return new FirewallPlan(
            [
                new FirewallChain("mangle", protect, [.. ProtectRules(links)]),
                new FirewallChain("filter", forward, [.. ForwardRules(links, outbound)]),
                new FirewallChain("filter", outbound, [.. OutboundRules(links, facts)]),
                new FirewallChain("filter", input, [.. InputRules(links, family)]),
                new FirewallChain("nat", destinationNat, [.. DestinationRules(intent, family)]),
                new FirewallChain("nat", sourceNat, [.. SourceRules(links, family)]),
            ],
            [
                new FirewallJump("mangle", "FORWARD", $"-j {protect}"),
                new FirewallJump("filter", "FORWARD", $"-j {forward}"),
                new FirewallJump("filter", "INPUT", $"-j {input}"),
                new FirewallJump("nat", "PREROUTING", $"{exceptLoopback}-m addrtype --dst-type LOCAL -j {destinationNat}"),
                new FirewallJump("nat", "OUTPUT", $"-m addrtype --dst-type LOCAL -j {destinationNat}"),
                new FirewallJump("nat", "POSTROUTING", $"-j {sourceNat}"),
            ]);
    }

    // Answers and published ports come first, for all links. What follows separates the networks from each other.
    static IEnumerable<string> ForwardRules(ImmutableArray<RoutedLink> links, string outbound)
    {
        foreach (var link in links)
        {
            yield return $"-o {link.Name} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";
            yield return $"-o {link.Name} -m conntrack --ctstate DNAT -j ACCEPT";
            yield return $"-i {link.Name} -o {link.Name} -j ACCEPT";
            foreach (var subnet in link.Subnets.Where(s => !s.IsNat)) yield return $"-d {subnet.Pool} -o {link.Name} -j ACCEPT";
        }
        foreach (var link in links) yield return $"-i {link.Name} -j {outbound}";
    }

    // Keeps everybody else out of a nat network. The policy of FORWARD may be ACCEPT, as it is beside a Docker that uses nftables.
    // Docker's rules, which may stand first there, let the containers of its own bridges out to anywhere.
    static IEnumerable<string> ProtectRules(ImmutableArray<RoutedLink> links)
    {
        foreach (var link in links)
        {
            foreach (var subnet in link.Subnets.Where(s => s.IsNat))
                yield return $"-d {subnet.Pool} ! -i {link.Name} -o {link.Name} -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP";
        }
    }

    // Another nat network, ours or Docker's, is reached only by a published port. Docker's bridges are left to Docker's rules.
    static IEnumerable<string> OutboundRules(ImmutableArray<RoutedLink> links, HostFacts facts)
    {
        foreach (var link in links)
        {
            foreach (var subnet in link.Subnets.Where(s => s.IsNat)) yield return $"-d {subnet.Pool} -o {link.Name} -j DROP";
        }
        // What another Hawser routes, such as the managed plugin of the other driver, is left to that one's rules.
        foreach (var link in facts.Neighbours) yield return $"-o {link} -j RETURN";
        // iptables knows no pattern that matches Docker's "br-0123456789ab" and not "br-ex".
        foreach (var link in facts.DockerLookalikes) yield return $"-o {link} -j ACCEPT";
        yield return "-o docker+ -j RETURN";
        yield return "-o br-+ -j RETURN";
        yield return "-j ACCEPT";
    }

    // route_localnet lets the host reach published ports by 127.0.0.1; it must not let containers reach the host's own
    // loopback services (CVE-2020-8558).
    static IEnumerable<string> InputRules(ImmutableArray<RoutedLink> links, AddressFamily family) =>
        family != AddressFamily.InterNetwork ? [] :
            links.Select(l => $"-d 127.0.0.0/8 -i {l.Name} -m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP");

    static IEnumerable<string> DestinationRules(HostIntent intent, AddressFamily family) =>
        // A port published on one address comes before the same port published on all.
        Publications(intent, family).OrderBy(p => IsAny(p.Port.HostAddress)).Select(p => DestinationRule(p.Port, p.Target));

    /// <summary>The ports that are published for one family, and where each leads.</summary>
    internal static IEnumerable<(PublishedPort Port, IPEndPoint Target)> Publications(HostIntent intent, AddressFamily family) =>
        from publisher in intent.Publishers()
        where publisher.Families.Contains(family)
        let endpoint = publisher.Endpoint
        let network = intent.NetworkOf(endpoint)
        where network is not null
        let target = Transit.ReachedAt(endpoint, network, family)
        where target is not null
        from port in endpoint.Ports
        where port.HostAddress is null || port.HostAddress.AddressFamily == family
        select (port, new IPEndPoint(target, port.ContainerPort));

    static string DestinationRule(PublishedPort port, IPEndPoint to)
    {
        var host = IsAny(port.HostAddress)
            ? ""
            : $"-d {port.HostAddress}/{(port.HostAddress!.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)} ";
        var protocol = Protocol(port.Protocol);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{host}-p {protocol} -m {protocol} --dport {port.HostPort} -j DNAT --to-destination {to}");
    }

    static IEnumerable<string> SourceRules(ImmutableArray<RoutedLink> links, AddressFamily family)
    {
        foreach (var link in links)
        {
            foreach (var subnet in link.Subnets)
            {
                if (subnet.IsNat) yield return $"-s {subnet.Pool} ! -o {link.Name} -j MASQUERADE";
                // If a container reaches one of its own network by a published port, the answer must come by way of the host too.
                yield return $"-s {subnet.Pool} -o {link.Name} -m conntrack --ctstate DNAT -j MASQUERADE";
            }
            if (family == AddressFamily.InterNetwork) yield return $"-s 127.0.0.0/8 -o {link.Name} -j MASQUERADE";
        }
    }

    internal static bool IsAny(IPAddress? address) => address is null || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>An IP protocol's name, as iptables and Docker write it.</summary>
    public static string Protocol(int number) => number switch
    {
        6 => "tcp",
        17 => "udp",
        132 => "sctp",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };
}

/// <summary>A gateway link, with the subnets of one family behind it.</summary>
sealed record RoutedLink(string Name, ImmutableArray<RoutedSubnet> Subnets)
{
    public static ImmutableArray<RoutedLink> Of(HostIntent intent, AddressFamily family) =>
    [
        .. from network in intent.Networks.Values
           where !network.IsRemoving
           from link in Links(network, family)
           group link.Subnet by link.Name into link
           orderby link.Key
           select new RoutedLink(link.Key, [.. link.Distinct().OrderBy(s => s.Pool.ToString())])
    ];

    static IEnumerable<(string Name, RoutedSubnet Subnet)> Links(NetworkRecord network, AddressFamily family)
    {
        var subnets = network.GatewaySubnets.Select(s => s.Pool).Where(p => p.BaseAddress.AddressFamily == family);
        // Of a routing domain, the host sees only its transit subnet.
        if (network is { Vrf: { } vrf, Logical: { } logical })
            return subnets.Select(
                _ => (Names.TransitLink(vrf), new RoutedSubnet(Transit.Subnet(logical.TransitSubnet, family), IsNat: true)));
        return network.IsRoutedByHost
            ? subnets.Select(p => (network.GatewayLink, new RoutedSubnet(p, network.Options.Mode == BridgeMode.Nat)))
            : [];
    }
}

/// <summary>A subnet behind a gateway link, and whether what leaves it is masqueraded.</summary>
readonly record struct RoutedSubnet(IPNetwork Pool, bool IsNat);
