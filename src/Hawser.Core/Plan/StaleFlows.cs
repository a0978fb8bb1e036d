using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;

namespace Hawser.Core.Plan;

/// <summary>
/// What the kernel must forget after a change of intent. It asks the rules only for the first packet of a flow. A UDP client
/// that keeps its port keeps its flow, so it would be led to a container that is gone, or past a new rule, for ever.
/// </summary>
/// <param name="Published">Published ports of UDP that lead elsewhere than before.</param>
/// <param name="Gone">Addresses that no container has any more.</param>
public sealed record StaleFlows(ImmutableArray<RedirectedPort> Published, ImmutableHashSet<IPAddress> Gone)
{
    const int Udp = 17;

    /// <summary>Whether there is nothing to forget.</summary>
    public bool IsEmpty => Published.IsEmpty && Gone.IsEmpty;

    /// <summary>What a change made stale.</summary>
    public static StaleFlows Between(HostIntent before, HostIntent after)
    {
        if (ReferenceEquals(before.Endpoints, after.Endpoints)) return new([], []);
        var (was, now) = (Targets(before), Targets(after));
        var changed = was.Keys.Union(now.Keys).Where(port => !Equals(was.GetValueOrDefault(port), now.GetValueOrDefault(port)));
        return new StaleFlows(
            [.. changed.Select(port => new RedirectedPort(port.Family, port.HostAddress, port.HostPort, now.GetValueOrDefault(port)))],
            Addresses(after, isRemoving: true).Except(Addresses(after, isRemoving: false)));
    }

    /// <summary>Whether a flow must be forgotten.</summary>
    /// <param name="protocol">The IP protocol's number.</param>
    /// <param name="source">Who started it.</param>
    /// <param name="destination">Whom it was sent to.</param>
    /// <param name="answerer">Who answers.</param>
    /// <param name="isLocal">
    /// Whether an address is the host's own. A flow that only passes through the host has nothing to do with published ports.
    /// </param>
    public bool Contains(int protocol, IPEndPoint source, IPEndPoint destination, IPEndPoint answerer, Func<IPAddress, bool> isLocal) =>
        Gone.Contains(source.Address) || Gone.Contains(answerer.Address)
        || (protocol == Udp
            && Published.Any(p => p.IsReachedBy(destination) && !answerer.Equals(p.Target))
            && isLocal(destination.Address));

    static Dictionary<(AddressFamily Family, IPAddress? HostAddress, int HostPort), IPEndPoint> Targets(HostIntent intent)
    {
        var targets = new Dictionary<(AddressFamily, IPAddress?, int), IPEndPoint>();
        foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            foreach (var (port, target) in FirewallPlan.Publications(intent, family).Where(p => p.Port.Protocol == Udp))
                targets[(family, FirewallPlan.IsAny(port.HostAddress) ? null : port.HostAddress, port.HostPort)] = target;
        }
        return targets;
    }

    // Where the host does not route, it sees no flows.
    static ImmutableHashSet<IPAddress> Addresses(HostIntent intent, bool isRemoving) =>
    [
        .. from endpoint in intent.Endpoints.Values
           where endpoint.Phase == EndpointPhase.Removing == isRemoving
           let network = intent.NetworkOf(endpoint)
           where network is { IsRoutedByHost: true } or { Vrf: not null }
           from family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 }
           let address = Transit.ReachedAt(endpoint, network, family)
           where address is not null
           select address
    ];
}

/// <summary>A port of the host's whose flows must all lead to one place.</summary>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="HostAddress">The address that it is published on, or null for all.</param>
/// <param name="HostPort">The port.</param>
/// <param name="Target">Where it leads, or null if it is no longer published.</param>
public sealed record RedirectedPort(AddressFamily Family, IPAddress? HostAddress, int HostPort, IPEndPoint? Target)
{
    /// <summary>Whether a packet to a destination reaches this port.</summary>
    public bool IsReachedBy(IPEndPoint destination) =>
        destination.Port == HostPort && destination.AddressFamily == Family
        && (HostAddress is null || HostAddress.Equals(destination.Address));
}
