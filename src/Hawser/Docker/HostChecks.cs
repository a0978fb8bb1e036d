using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Plan;
using Hawser.Linux;
using Hawser.Ovsdb;

namespace Hawser.Docker;

/// <summary>Refuses a network that this host cannot have, before any part of it is made.</summary>
sealed class HostChecks(OvsdbReplica replica)
{
    /// <exception cref="PluginException">An option asks for something that is not there or belongs to somebody else.</exception>
    public void Check(NetworkRecord network, HostFacts facts)
    {
        if (network.Options.Datapath == DatapathChoice.System && !facts.HasKernelDatapath)
        {
            throw new PluginException("option ovs.bridge.datapath: \"system\" is not allowed: "
                + "this kernel has no openvswitch datapath; use netdev or auto");
        }
        CheckBridge(network, facts);
        if (network.Options.BindInterface is { } uplink) CheckUplink(network, uplink);
        if (network is { Options.Vlan: { } vlan, IsRoutedByHost: true }) CheckGatewayPort(network, vlan);
    }

    void CheckBridge(NetworkRecord network, HostFacts facts)
    {
        var (bridge, options) = (network.Bridge, network.Options);
        if (!facts.ForeignBridges.TryGetValue(bridge, out var type))
        {
            using var routes = new RouteNetlink();
            if (replica.Current?[Core.Tables.Vswitch.Bridge].Find("name", bridge) is null && routes.FindLink(bridge) is not null)
            {
                throw new PluginException($"option ovs.bridge.name: \"{bridge}\" is not allowed: "
                    + "a link of that name exists and is no Open vSwitch bridge");
            }
            return;
        }
        // A bridge of somebody else is used as it is.
        var isNetdev = type == "netdev";
        if (options.Datapath != DatapathChoice.Auto && isNetdev != (options.Datapath == DatapathChoice.Netdev))
        {
            throw new PluginException(
                $"option ovs.bridge.datapath: \"{options.Datapath.ToString().ToLowerInvariant()}\" is not allowed: "
                + $"bridge {bridge} exists and has datapath_type \"{type}\"");
        }
        string[] given =
        [
            .. options.Controllers.IsEmpty ? (string[])[] : ["ovs.bridge.controller"],
            .. options.Protocols.IsEmpty ? (string[])[] : ["ovs.bridge.protocols"],
            .. options.DatapathId is null ? (string[])[] : ["ovs.bridge.dpid"],
            .. options.FailMode is null ? (string[])[] : ["ovs.bridge.fail_mode"],
            .. options.LocalMac is null ? (string[])[] : ["ovs.bridge.ovs_local_mac"],
        ];
        if (given.Length > 0)
        {
            throw new PluginException($"option {given[0]} is not allowed: bridge {bridge} existed before and is not changed; "
                + "set it with ovs-vsctl, or leave out ovs.bridge.name");
        }
    }

    void CheckUplink(NetworkRecord network, string uplink)
    {
        using var routes = new RouteNetlink();
        if (routes.FindLink(uplink) is not { } link)
            throw new PluginException($"option ovs.bridge.bind_interface: \"{uplink}\" is not allowed: no such link on this host");
        var held = routes.DumpAddresses()
            .Where(a => a.Index == link.Index && !a.Address.IsIPv6LinkLocal)
            .Select(a => $"{a.Address}/{a.PrefixLength}")
            .ToList();
        if (held.Count > 0 && !network.Options.BindInterfaceForce)
        {
            throw new PluginException($"option ovs.bridge.bind_interface: \"{uplink}\" is not allowed: "
                + $"it holds {string.Join(", ", held)}, which would stop working; "
                + "ovs.bridge.bind_interface_force=true takes it all the same");
        }
        if (replica.Current is { } snapshot
            && snapshot[Core.Tables.Vswitch.Port].Find("name", uplink) is { } port
            && snapshot[Core.Tables.Vswitch.Bridge].Rows.FirstOrDefault(b => b["ports"].Contains(port.Uuid)) is { } other
            && other.Get(Core.Tables.Vswitch.Name) != network.Bridge)
        {
            throw new PluginException($"option ovs.bridge.bind_interface: \"{uplink}\" is not allowed: "
                + $"it is a port of bridge {other.Get(Core.Tables.Vswitch.Name)}");
        }
    }

    // A port of somebody else is used as it is.
    void CheckGatewayPort(NetworkRecord network, int vlan)
    {
        if (replica.Current is not { } snapshot) return;
        if (snapshot[Core.Tables.Vswitch.Port].Find("name", network.GatewayLink) is not { } port || Marks.UnitOf(port) is not null) return;
        if (!port["tag"].Equals(Datum.Of(vlan))
            || snapshot[Core.Tables.Vswitch.Bridge].Find("name", network.Bridge)?["ports"].Contains(port.Uuid) != true)
        {
            throw new PluginException($"option ovs.bridge.vlan: \"{vlan}\" is not allowed: "
                + $"port {network.GatewayLink}, which would hold the gateway, "
                + $"existed before and is not in VLAN {vlan} of bridge {network.Bridge}");
        }
    }
}
