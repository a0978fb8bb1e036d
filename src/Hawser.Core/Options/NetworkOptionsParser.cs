using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Hawser.Core.Options;

/// <summary>Reads <see cref="NetworkOptions"/> out of Docker's string map; all mistakes are named at once.</summary>
public static class NetworkOptionsParser
{
    /// <summary>The names of the options, as a user writes them.</summary>
    public static ImmutableArray<string> Known { get; } =
    [
        "ovs.bridge.mode", "ovs.bridge.name", "ovs.bridge.mtu", "ovs.bridge.bind_interface", "ovs.bridge.bind_interface_force",
        "ovs.bridge.vlan", "ovs.bridge.datapath", "ovs.bridge.userspace", "ovs.bridge.controller", "ovs.bridge.dpid",
        "ovs.bridge.fail_mode", "ovs.bridge.protocols", "ovs.bridge.ovs_local_mac",
    ];

    /// <summary>The smallest MTU that IPv4 works with.</summary>
    public const int SmallestMtu = 68;

    /// <summary>The largest MTU that a link may have.</summary>
    public const int LargestMtu = 65535;

    static readonly ImmutableArray<string> KnownOld =
        ["net.gopher.ovs.bridge.name", "net.gopher.ovs.bridge.mode", "net.gopher.ovs.bridge.mtu", "net.gopher.ovs.bridge.bind_interface"];

    static readonly ImmutableArray<string> OpenFlowVersions =
        ["OpenFlow10", "OpenFlow11", "OpenFlow12", "OpenFlow13", "OpenFlow14", "OpenFlow15"];

    /// <summary>Parses the options of one network.</summary>
    /// <exception cref="PluginException">An option is unknown or has a value that is not allowed.</exception>
    public static NetworkOptions Parse(IEnumerable<KeyValuePair<string, string>> options, BridgeMode defaultMode)
    {
        var reader = new OptionReader(options);
        reader.RefuseUnknown("ovs.", Known);
        reader.RefuseUnknown("ovn.", []);
        reader.RefuseUnknown("net.gopher.ovs.", KnownOld);
        reader.RefuseBridgeDrivers("use ovs.bridge.mode and ovs.bridge.name, or -d bridge");
        var parsed = new NetworkOptions
        {
            Mode = reader.Choice("ovs.bridge.mode", defaultMode, "net.gopher.ovs.bridge.mode"),
            BridgeName = LinkName(reader, "ovs.bridge.name"),
            Mtu = reader.Number("ovs.bridge.mtu", SmallestMtu, LargestMtu, "net.gopher.ovs.bridge.mtu", "com.docker.network.driver.mtu"),
            BindInterface = LinkName(reader, "ovs.bridge.bind_interface"),
            BindInterfaceForce = reader.Flag("ovs.bridge.bind_interface_force"),
            Vlan = reader.Number("ovs.bridge.vlan", 1, 4094),
            Datapath = Datapath(reader),
            Controllers = reader.List(
                "ovs.bridge.controller", Controller, "tcp:ADDRESS[:PORT], ssl:ADDRESS[:PORT] or unix:FILE, several with commas"),
            DatapathId = reader.Parse(
                "ovs.bridge.dpid", reader.Text("ovs.bridge.dpid"), DatapathId, "1 to 16 hex digits, not all zero, with or without 0x"),
            FailMode = reader.Text("ovs.bridge.fail_mode", mode => mode is "standalone" or "secure", "standalone, secure"),
            Protocols = reader.List(
                "ovs.bridge.protocols",
                p => OpenFlowVersions.FirstOrDefault(v => string.Equals(v, p, StringComparison.OrdinalIgnoreCase)),
                "a comma list of " + string.Join(", ", OpenFlowVersions)),
            LocalMac = LocalMac(reader),
            InterfacePrefix =
                reader.Text("com.docker.network.container_iface_prefix", LinkNames.IsValidPrefix, LinkNames.AllowedPrefix) ?? "eth",
        };
        if (parsed.BindInterface is not null && parsed.BindInterface == parsed.BridgeName)
            reader.Refuse("ovs.bridge.bind_interface", parsed.BindInterface, "another link than the bridge itself");
        reader.ThrowIfRefused();
        return parsed;
    }

    static string? LinkName(OptionReader reader, string name)
    {
        var old = "net.gopher." + name;
        var used = reader.Text(name) is null && reader.Text(old) is not null ? old : name;
        return reader.Text(used, LinkNames.IsValid, LinkNames.Allowed);
    }

    static DatapathChoice Datapath(OptionReader reader)
    {
        var choice = reader.Choice("ovs.bridge.datapath", DatapathChoice.Auto);
        if (!reader.Flag("ovs.bridge.userspace")) return choice;
        if (choice == DatapathChoice.System) reader.Refuse("option ovs.bridge.userspace: \"true\" contradicts ovs.bridge.datapath=system");
        return DatapathChoice.Netdev;
    }

    static MacAddress? LocalMac(OptionReader reader)
    {
        if (reader.Text("ovs.bridge.ovs_local_mac") is not { } text) return null;
        if (MacAddress.TryParse(text, out var mac) && mac.IsUnicast) return mac;
        reader.Refuse("ovs.bridge.ovs_local_mac", text, "a unicast MAC address such as 0e:00:00:00:00:01");
        return null;
    }

    static string? DatapathId(string text)
    {
        var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        return digits.Length is > 0 and <= 16
            && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) && id != 0
            ? id.ToString("x16", CultureInfo.InvariantCulture)
            : null;
    }

    static string? Controller(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1) return null;
        var (method, rest) = (text[..colon], text[(colon + 1)..]);
        return method switch
        {
            "unix" => rest[0] == '/' ? text : null,
            "tcp" or "ssl" => IPAddress.TryParse(rest, out _) || IPEndPoint.TryParse(rest, out _) ? text : null,
            _ => null,
        };
    }
}
