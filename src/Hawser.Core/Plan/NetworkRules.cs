using System.Collections.Immutable;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;

namespace Hawser.Core.Plan;

/// <summary>What has to hold between a new network and those that exist.</summary>
public static class NetworkRules
{
    /// <summary>Refuses a network that contradicts one that shares its bridge.</summary>
    /// <exception cref="PluginException">It overlaps with another or asks the bridge to be something else.</exception>
    public static void Check(NetworkRecord network, HostIntent intent)
    {
        foreach (var other in intent.LiveIn(network.Unit).Where(o => o.Id != network.Id))
        {
            CheckSubnets(network, other);
            CheckBridge(network, other);
        }
        CheckOwnSubnets(network);
        CheckDomain(network, intent);
        CheckResolver(network, intent);
        CheckUplink(network, intent);
    }

    /// <summary>Marks those gateway addresses of a new network that its link held before any network had them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="intent">All that holds now. Addresses of networks on the same link are Hawser's, unless they are marked too.</param>
    /// <param name="held">The addresses now on the link that is to hold the gateways.</param>
    public static NetworkRecord WithForeignGateways(NetworkRecord network, HostIntent intent, IReadOnlyCollection<LinkAddress> held)
    {
        if (!network.IsRoutedByHost) return network;
        var known = intent.Networks.Values.Where(n => n.IsRoutedByHost && n.GatewayLink == network.GatewayLink)
            .SelectMany(n => n.GatewaySubnets).ToList();
        return network with { Subnets = [.. network.Subnets.Select(s => s with { IsGatewayForeign = IsForeign(s) })] };

        bool IsForeign(Subnet subnet)
        {
            if (subnet.Gateway is not { } gateway) return false;
            var same = known.Find(s => gateway.Equals(s.Gateway) && s.Pool.PrefixLength == subnet.Pool.PrefixLength);
            if (same is not null) return same.IsGatewayForeign;
            return held.Contains(new LinkAddress(gateway, subnet.Pool.PrefixLength));
        }
    }

    static void CheckUplink(NetworkRecord network, HostIntent intent)
    {
        if (network.Options.BindInterface is not { } uplink) return;
        var other = intent.Networks.Values
            .FirstOrDefault(o => !o.IsRemoving && o.Options.BindInterface == uplink && o.Bridge != network.Bridge);
        if (other is null) return;
        throw new PluginException(
            $"option ovs.bridge.bind_interface: \"{uplink}\" is not allowed: it is the uplink of bridge {other.Bridge}, "
            + $"which network {other.Id.Short} is on; set ovs.bridge.name={other.Bridge}, and a VLAN, to share it");
    }

    static void CheckDomain(NetworkRecord network, HostIntent intent)
    {
        if (network.Vrf is not { } vrf) return;
        if (network.Subnets.FirstOrDefault(s => s.IsReal && s.Gateway is null) is { } without) throw NoGateway(without.Pool.ToString());
        if (!network.GatewaySubnets.Any()) throw NoGateway("the network");
        if (network.Subnets.FirstOrDefault(s => Transit.Overlaps(s.Pool)) is { } reserved)
            throw new PluginException(
                $"subnet {reserved.Pool} is not allowed with ovn.vrf: its routers have addresses in it themselves; "
                + "choose another --subnet");
        foreach (var other in intent.LiveIn(UnitId.Router(vrf)).Where(o => o.Unit != network.Unit))
        {
            if (network.Subnets.FirstOrDefault(s => other.Subnets.Any(s.Overlaps)) is { } overlapping)
                throw new PluginException(
                    $"subnet {overlapping.Pool} overlaps with one of network {other.Id.Short} in domain {vrf}: "
                    + "choose another --subnet or ovn.vrf");
        }
        if (intent.LiveIn(network.Unit).FirstOrDefault(o => o.Id != network.Id && o.Vrf is { } theirs && theirs != vrf) is { } elsewhere)
            throw new PluginException(
                $"option ovn.vrf: \"{vrf}\" is not allowed: "
                + $"network {elsewhere.Id.Short} has logical switch {network.Logical!.Name} in domain {elsewhere.Vrf}");

        PluginException NoGateway(string what) =>
            new($"option ovn.vrf: \"{vrf}\" is not allowed: {what} has no gateway, which the domain's router would be");
    }

    static void CheckResolver(NetworkRecord network, HostIntent intent)
    {
        if (network.Logical is not { } logical) return;
        var refused = $"option ovn.dns: \"{(logical.Dns ? "true" : "false")}\" is not allowed: ";
        if (logical.Dns && network.Vrf is not null)
            throw new PluginException(
                $"{refused}with ovn.vrf, the domain's router has the gateway's address, and names are answered for without it");
        if (logical.Dns && !network.GatewaySubnets.Any())
            throw new PluginException($"{refused}the network has no gateway, at whose address names would be answered for");
        if (intent.LiveIn(network.Unit).FirstOrDefault(o => o.Id != network.Id && o.Logical!.Dns != logical.Dns) is { } other)
            throw new PluginException(
                $"{refused}network {other.Id.Short} has logical switch {logical.Name} {(logical.Dns ? "without" : "with")} it");
    }

    static void CheckOwnSubnets(NetworkRecord network)
    {
        for (var i = 0; i < network.Subnets.Count; i++)
        {
            if (network.Subnets.Skip(i + 1).FirstOrDefault(network.Subnets[i].Overlaps) is { } other)
                throw new PluginException($"subnet {network.Subnets[i].Pool} overlaps with {other.Pool} of the same network");
        }
    }

    static void CheckSubnets(NetworkRecord network, NetworkRecord other)
    {
        if (network.Options.Vlan != other.Options.Vlan) return;
        foreach (var subnet in network.Subnets)
        {
            if (other.Subnets.FirstOrDefault(subnet.Overlaps) is { } overlapping)
            {
                throw new PluginException(
                    $"subnet {subnet.Pool} overlaps with {overlapping.Pool} of network {other.Id.Short} on {Place(network)}");
            }
        }
    }

    static string Place(NetworkRecord network) => network switch
    {
        { Logical: { } logical } => $"logical switch {logical.Name}: choose another --subnet, ovn.vrf or ovn.switch",
        { Options.Vlan: { } vlan } =>
            $"VLAN {vlan} of bridge {network.Bridge}: choose another --subnet, ovs.bridge.vlan or ovs.bridge.name",
        _ => $"bridge {network.Bridge}: choose another --subnet, ovs.bridge.vlan or ovs.bridge.name",
    };

    static void CheckBridge(NetworkRecord network, NetworkRecord other)
    {
        var (mine, theirs) = (network.Options, other.Options);
        Refuse(
            "ovs.bridge.datapath",
            mine.Datapath == Options.DatapathChoice.Auto ? null : mine.Datapath.ToString(),
            theirs.Datapath == Options.DatapathChoice.Auto ? null : theirs.Datapath.ToString());
        Refuse("ovs.bridge.controller", Text(mine.Controllers), Text(theirs.Controllers));
        Refuse("ovs.bridge.protocols", Text(mine.Protocols), Text(theirs.Protocols));
        Refuse("ovs.bridge.dpid", mine.DatapathId, theirs.DatapathId);
        Refuse("ovs.bridge.fail_mode", mine.FailMode, theirs.FailMode);
        Refuse("ovs.bridge.ovs_local_mac", mine.LocalMac?.ToString(), theirs.LocalMac?.ToString());

        void Refuse(string option, string? mine, string? theirs)
        {
            if (mine is not null && theirs is not null && !string.Equals(mine, theirs, StringComparison.OrdinalIgnoreCase))
                throw new PluginException(
                    $"option {option}: \"{mine}\" is not allowed: "
                    + $"network {other.Id.Short} shares bridge {network.Bridge} and has \"{theirs}\"");
        }
    }

    static string? Text(ValueArray<string> values) => values.IsEmpty ? null : string.Join(',', values);
}
