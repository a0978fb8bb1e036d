using System.Collections.Immutable;

namespace Hawser.Core.Intent;

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
        CheckUplink(network, intent);
    }

    static void CheckUplink(NetworkRecord network, HostIntent intent)
    {
        if (network.Options.BindInterface is not { } uplink) return;
        if (intent.Networks.Values.FirstOrDefault(o => !o.IsRemoving && o.Options.BindInterface == uplink && o.Bridge != network.Bridge) is { } other)
            throw new PluginException($"option ovs.bridge.bind_interface: \"{uplink}\" is not allowed: it is the uplink of bridge {other.Bridge}, which network {other.Id.Short} is on; set ovs.bridge.name={other.Bridge}, and a VLAN, to share it");
    }

    static void CheckOwnSubnets(NetworkRecord network)
    {
        for (var i = 0; i < network.Subnets.Length; i++)
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
                throw new PluginException($"subnet {subnet.Pool} overlaps with {overlapping.Pool} of network {other.Id.Short} on {Place(network)}");
            }
        }
    }

    static string Place(NetworkRecord network) => network switch
    {
        { Logical: { } logical } => $"logical switch {logical.Name}: choose another --subnet, ovn.vrf or ovn.switch",
        { Options.Vlan: { } vlan } => $"VLAN {vlan} of bridge {network.Bridge}: choose another --subnet, ovs.bridge.vlan or ovs.bridge.name",
        _ => $"bridge {network.Bridge}: choose another --subnet, ovs.bridge.vlan or ovs.bridge.name",
    };

    static void CheckBridge(NetworkRecord network, NetworkRecord other)
    {
        var (mine, theirs) = (network.Options, other.Options);
        Refuse("ovs.bridge.datapath", mine.Datapath == Options.DatapathChoice.Auto ? null : mine.Datapath.ToString(), theirs.Datapath == Options.DatapathChoice.Auto ? null : theirs.Datapath.ToString());
        Refuse("ovs.bridge.controller", Text(mine.Controllers), Text(theirs.Controllers));
        Refuse("ovs.bridge.protocols", Text(mine.Protocols), Text(theirs.Protocols));
        Refuse("ovs.bridge.dpid", mine.DatapathId, theirs.DatapathId);
        Refuse("ovs.bridge.fail_mode", mine.FailMode, theirs.FailMode);
        Refuse("ovs.bridge.ovs_local_mac", mine.LocalMac?.ToString(), theirs.LocalMac?.ToString());

        void Refuse(string option, string? mine, string? theirs)
        {
            if (mine is not null && theirs is not null && !string.Equals(mine, theirs, StringComparison.OrdinalIgnoreCase))
                throw new PluginException($"option {option}: \"{mine}\" is not allowed: network {other.Id.Short} shares bridge {network.Bridge} and has \"{theirs}\"");
        }
    }

    static string? Text(ImmutableArray<string> values) => values.IsEmpty ? null : string.Join(',', values);
}
