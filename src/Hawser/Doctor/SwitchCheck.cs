using System.Net;
using Hawser.Core;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Doctor;

/// <summary>Checks Open vSwitch by its database.</summary>
static class SwitchCheck
{
    const string Here = "Open vSwitch";
    // NEWS of Open vSwitch 3.5: segmentation in software "for VXLAN, Geneve, and GRE tunneled packets".
    static readonly Version FirstTunnelSegmentation = new(3, 5);

    public static IEnumerable<Finding> Run(Snapshot vswitch, string servers, bool hasKernelDatapath)
    {
        if (vswitch[Vswitch.OpenVSwitch].Rows.FirstOrDefault() is not { } root)
        {
            yield return Finding.Broken(Here, $"its database at {servers} has no row in table Open_vSwitch",
                "run `ovs-ctl start`, as the service openvswitch-switch does");
            yield break;
        }
        yield return Finding.Ok(Here, $"{VersionOf(root)} at {servers}");
        if (root.Get(Vswitch.NextCfg) > root.Get(Vswitch.CurCfg))
        {
            yield return Finding.Broken(Here, "ovs-vswitchd has not applied the last change of its database",
                "start it, or see its log: systemctl status ovs-vswitchd");
        }

        yield return hasKernelDatapath
            ? Finding.Ok("Datapath", "the kernel's; ovs.bridge.datapath=netdev chooses the one in userspace")
            : Finding.Warning("Datapath", "the one in userspace: the kernel has none",
                "`modprobe openvswitch`, then restart hawser, gives bridges that are made afterwards the faster one");
        if (!hasKernelDatapath)
        {
            var isSegmenting = root["other_config"].StringValue("userspace-tso-enable") == "true";
            var hasTunnels = root[Marks.ExternalIds].StringValue("ovn-encap-ip") is not null;
            yield return OfSegmentation(VersionOf(root), isSegmenting, hasTunnels);
        }
        // ovs-vswitchd gives -1 to a port without its link, whoever left it there.
        var stale = vswitch[Vswitch.Interface].Rows
            .Where(i => i.Get(Vswitch.OfPort) < 0)
            .Select(i => i.Get(Vswitch.Name))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (stale.Count > 0)
        {
            yield return Finding.Warning("Stale ports", $"Open vSwitch could not make {string.Join(", ", stale)}: their links are gone",
                "`ovs-vsctl del-port NAME`, unless something is about to make the link; Hawser removes its own");
        }
    }

    /// <summary>Checks whether ovs-vswitchd segments TCP on the userspace datapath.</summary>
    /// <param name="version">Open vSwitch's version.</param>
    /// <param name="isSegmenting">Whether <c>userspace-tso-enable</c> is set.</param>
    /// <param name="hasTunnels">Whether OVN's tunnels end on this host.</param>
    // Measured from container to container on one machine, by TCP: 1.5 Gbit/s without it, 8.6 with it.
    public static Finding OfSegmentation(string version, bool isSegmenting, bool hasTunnels)
    {
        const string Check = "Offload";
        const string Gain = "six to twelve times the throughput";
        if (isSegmenting) return Finding.Ok(Check, "ovs-vswitchd computes checksums and segments TCP (userspace-tso-enable)");
        if (hasTunnels && (!Version.TryParse(version, out var parsed) || parsed < FirstTunnelSegmentation))
        {
            return Finding.Ok(Check, "containers compute checksums and segment TCP themselves, as they must beside tunnels with "
                + $"Open vSwitch {version}; from {FirstTunnelSegmentation} on userspace-tso-enable works there, too, and gives {Gain}");
        }
        return Finding.Warning(Check,
            $"containers compute checksums and segment TCP themselves; with userspace-tso-enable they have {Gain}",
            "`ovs-vsctl set Open_vSwitch . other_config:userspace-tso-enable=true`, then restart Open vSwitch, and the containers");
    }

    /// <summary>Checks the host's part in OVN.</summary>
    public static IEnumerable<Finding> RunOvn(OvnSettings ovn, IEnumerable<string> missing, IEnumerable<IPAddress> addresses)
    {
        if (ovn.Northbound is null && ovn.Southbound is null)
        {
            yield return Finding.Ok("OVN", "not set up on this host: the driver ovn is off, the driver ovs is not concerned");
            yield break;
        }
        var isFine = true;
        foreach (var lack in missing)
        {
            isFine = false;
            yield return Finding.Broken("OVN", lack);
        }
        if (IPAddress.TryParse(ovn.EncapIp?.Split(',')[0], out var encap) && !addresses.Contains(encap))
        {
            isFine = false;
            yield return Finding.Broken("OVN", $"external_ids:ovn-encap-ip is {encap}, which no link of this host has: no tunnel ends here",
                "`hawser ovn setup --central IP --encap-ip IP` sets it");
        }
        if (isFine) yield return Finding.Ok("OVN", $"chassis {ovn.Chassis}, databases at {ovn.Northbound} and {ovn.Southbound}");
    }

    static string VersionOf(Row root) =>
        root.TryGet("ovs_version", out var version) && version.Keys is [var text, ..] ? text.AsString : "of unknown version";
}
