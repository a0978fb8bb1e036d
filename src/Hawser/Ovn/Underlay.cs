using System.Net;
using System.Net.Sockets;
using Hawser.Core.Tables;
using Hawser.Linux;

namespace Hawser.Ovn;

/// <summary>The network that tunnels between hosts run over.</summary>
static class Underlay
{
    const int PlainMtu = 1500;

    /// <summary>
    /// The largest MTU that fits into a tunnel: the underlay's MTU less the headers that the encapsulation puts before an
    /// inner frame, as ovn-architecture(7) and RFC 7348 and 8926 count them.
    /// </summary>
    public static int InnerMtu(OvnSettings ovn)
    {
        if (!IPAddress.TryParse(ovn.EncapIp?.Split(',')[0], out var address))
            return PlainMtu - Overhead("geneve", AddressFamily.InterNetwork);
        using var routes = new RouteNetlink();
        var index = routes.DumpAddresses().FirstOrDefault(a => a.Address.Equals(address))?.Index;
        var outer = routes.DumpLinks().FirstOrDefault(l => l.Index == index)?.Mtu ?? PlainMtu;
        return outer - (ovn.EncapType ?? "geneve").Split(',').Max(type => Overhead(type.Trim(), address.AddressFamily));
    }

    // The inner Ethernet header (14), UDP (8) and the tunnel's own header: VXLAN 8, Geneve 8 with OVN's option of 8,
    // STT 18 over TCP's 20.
    static int Overhead(string type, AddressFamily family) =>
        (family == AddressFamily.InterNetworkV6 ? 40 : 20) + 14 + type switch { "vxlan" => 16, "stt" => 38, _ => 24 };
}
