using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Hawser.Core;
using Hawser.Ovsdb;

namespace Hawser.Tunnels;

/// <summary>The MAC addresses that ovs-vswitchd knows, for its own tunnels.</summary>
/// <param name="Macs">The MAC addresses, by bridge and IP address.</param>
/// <param name="Aging">How long it keeps one that it neither uses nor hears of again.</param>
sealed record KnownNeighbours(ImmutableDictionary<(string Bridge, IPAddress Address), MacAddress> Macs, TimeSpan Aging)
{
    static readonly TimeSpan DefaultAging = TimeSpan.FromMinutes(15);

    public MacAddress? Find(NextHop hop) => Macs.TryGetValue((hop.Bridge, hop.Address), out var mac) ? mac : null;

    /// <summary>Asks ovs-vswitchd.</summary>
    /// <exception cref="OvsdbException">It does not answer.</exception>
    public static async Task<KnownNeighbours> ReadAsync(string folder, CancellationToken ct)
    {
        await using var control = await ControlSocket.ConnectAsync(folder, "ovs-vswitchd", ct);
        return Parse(await control.RunAsync("tnl/neigh/show", [], ct), await control.RunAsync("tnl/neigh/aging", [], ct));
    }

    /// <summary>Reads what <c>ovs-appctl tnl/neigh/show</c> and <c>tnl/neigh/aging</c> print.</summary>
    public static KnownNeighbours Parse(string show, string aging)
    {
        var macs = ImmutableDictionary.CreateBuilder<(string, IPAddress), MacAddress>();
        foreach (var line in show.Split('\n'))
        {
            // An entry that is still being asked for has no MAC address, and one that is no longer used is marked.
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var text, var mac, var bridge]) continue;
            if (IPAddress.TryParse(text, out var address) && MacAddress.TryParse(mac, out var known)) macs[(bridge, address)] = known;
        }
        var isNumber = int.TryParse(aging, CultureInfo.InvariantCulture, out var seconds) && seconds > 0;
        return new(macs.ToImmutable(), isNumber ? TimeSpan.FromSeconds(seconds) : DefaultAging);
    }
}
