using System.Net.Sockets;
using Hawser.Core.Intent;

namespace Hawser.Core.Plan;

/// <summary>Says in a sentence what a network, an endpoint or an attachment is.</summary>
public static class DesiredWords
{
    /// <summary>A network.</summary>
    public static string Of(NetworkRecord network, HostFacts facts)
    {
        var gateways = string.Join(", ", network.GatewaySubnets.Select(s => $"{s.Gateway}/{s.Pool.PrefixLength}"));
        if (network.Logical is { } logical)
            return $"logical switch {logical.Name} on bridge {facts.BridgeOf(network)}{Domain(network, logical, gateways)}";
        var kind = network.IsInternal ? "internal" : network.Options.Mode.ToString().ToLowerInvariant();
        var vlan = network.Options.Vlan is { } tag ? $" in VLAN {tag}" : "";
        var uplink = network.Options.BindInterface is { } link ? $" with uplink {link}" : "";
        var router = network.IsRoutedByHost ? $"; this host is its router, with {gateways} on {network.GatewayLink}" : "";
        return $"{kind} network on bridge {network.Bridge}{vlan}{uplink}{router}";
    }

    /// <summary>An endpoint.</summary>
    public static string Of(EndpointRecord endpoint, NetworkRecord network, HostFacts facts)
    {
        var addresses = string.Join(" and ", new[] { endpoint.Address, endpoint.AddressIPv6 }.Where(a => a is not null));
        var published = string.Join(
            ", ", endpoint.Ports.Select(p => $"{p.HostPort}->{p.ContainerPort}/{FirewallPlan.Protocol(p.Protocol)}"));
        return $"{endpoint.Mac} with {(addresses.Length > 0 ? addresses : "no address")}, "
            + $"port {Names.HostEnd(endpoint.Id)} of bridge {facts.BridgeOf(network)}"
            + (network.Logical is { } logical ? $" and port {endpoint.Id.Short} of logical switch {logical.Name}" : "")
            + (published.Length > 0 ? $"; published: {published}" : "");
    }

    /// <summary>An attachment.</summary>
    public static string Of(AttachmentRecord attachment)
    {
        var options = attachment.Options;
        var addresses = options.Addresses.IsEmpty ? "no address" : string.Join(" and ", options.Addresses);
        var until = options.IsTemporary ? ", until the container stops" : "";
        var port = attachment.HostEnd is { } hostEnd ? $", port {hostEnd}" : ", while the container runs";
        return $"{options.Link} of container {attachment.Container} on bridge {attachment.Bridge}{port}; "
            + $"{attachment.Mac} with {addresses}{until}";
    }

    /// <summary>The firewall's rules that exist because of a network or endpoint: those planned with it and not without it.</summary>
    public static IEnumerable<string> Rules(HostIntent with, HostIntent without, HostFacts facts, string prefix) =>
        from family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 }
        let others = RulesOf(without, facts, family, prefix).ToHashSet()
        from rule in RulesOf(with, facts, family, prefix)
        where !others.Contains(rule)
        select $"{(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} {rule}";

    static IEnumerable<string> RulesOf(HostIntent intent, HostFacts facts, AddressFamily family, string prefix) =>
        from chain in FirewallPlan.For(intent, facts, family, prefix).Chains
        from rule in chain.Rules
        select $"{chain.Table} {chain.Name} {rule}";

    static string Domain(NetworkRecord network, LogicalSwitch logical, string gateways)
    {
        if (network.Vrf is { } vrf) return $", in routing domain {vrf}, whose router has {gateways}";
        if (logical.Dns) return $", with a router at {gateways} that takes questions for names";
        return logical.Parent is { } parent ? $", its ports nested in {parent}" : "";
    }
}
