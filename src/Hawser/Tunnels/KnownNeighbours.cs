using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Hawser.Core;
using Hawser.Ovsdb;

namespace Hawser.Tunnels;

/// <summary>Whose MAC addresses ovs-vswitchd knows, for its own tunnels.</summary>
/// <param name="Macs">The addresses, by bridge and IP address.</param>
/// <param name="Aging">How long it knows one that it has neither used nor heard of again.</param>
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
            // One that it is asking for has no MAC address, and one that it no longer goes by is marked.
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var text, var mac, var bridge]) continue;
            if (IPAddress.TryParse(text, out var address) && MacAddress.TryParse(mac, out var known)) macs[(bridge, address)] = known;
        }
        var isNumber = int.TryParse(aging, CultureInfo.InvariantCulture, out var seconds) && seconds > 0;
        return new(macs.ToImmutable(), isNumber ? TimeSpan.FromSeconds(seconds) : DefaultAging);
    }
}
