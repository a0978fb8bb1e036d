using System.Net;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Core.Plan;

/// <summary>A tunnel that ovn-controller has to another chassis, on the userspace datapath.</summary>
/// <param name="Name">The interface.</param>
/// <param name="Peer">The other chassis' <c>ovn-encap-ip</c>.</param>
public readonly record struct Tunnel(string Name, IPAddress Peer)
{
    // ovn-controller marks its tunnels' ports with this key.
    const string ChassisKey = "ovn-chassis-id";

    /// <summary>The tunnels whose ports ovs-vswitchd has made.</summary>
    public static IEnumerable<Tunnel> Of(Snapshot vswitch)
    {
        foreach (var (_, port, end) in UserspaceLink.Interfaces(vswitch))
        {
            if (port[Marks.ExternalIds].StringValue(ChassisKey) is null || end.Get(Vswitch.OfPort) is not > 0) continue;
            if (IPAddress.TryParse(end["options"].StringValue("remote_ip"), out var peer))
                yield return new Tunnel(end.Get(Vswitch.Name), peer);
        }
    }

    /// <summary>Whether a change of a row may concern one of the tunnels.</summary>
    public static bool IsTouchedBy(RowChange change) =>
        change.Table == Vswitch.Interface && (IsTunnel(change.Old) || IsTunnel(change.New));

    static bool IsTunnel(Row? row) => row?["options"].StringValue("remote_ip") is not null;
}
