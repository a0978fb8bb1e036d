using System.Collections.Immutable;
using System.Globalization;

namespace Hawser.Core.Options;

/// <summary>Reads <see cref="EndpointOptions"/> out of Docker's string map; all mistakes are named at once.</summary>
public static class EndpointOptionsParser
{
    /// <summary>The names of the options, as a user writes them.</summary>
    public static ImmutableArray<string> Known { get; } =
        ["ovs.port.vlan", "ovs.port.trunks", "ovs.port.ingress_rate", "ovs.port.ingress_burst", "ovs.port.mac_prefix", "ovs.port.ifprefix"];

    /// <summary>Parses the options of one endpoint.</summary>
    /// <exception cref="PluginException">An option is unknown or has a value that is not allowed.</exception>
    public static EndpointOptions Parse(IEnumerable<KeyValuePair<string, string>> options)
    {
        var reader = new OptionReader(options);
        reader.RefuseUnknown("ovs.", Known);
        var parsed = new EndpointOptions
        {
            Vlan = reader.Number("ovs.port.vlan", 1, 4094),
            Trunks = [.. reader.List("ovs.port.trunks", Vlan, "a comma list of VLANs from 1 to 4094").Select(int.Parse)],
            IngressRate = reader.Number("ovs.port.ingress_rate", 0, int.MaxValue),
            IngressBurst = reader.Number("ovs.port.ingress_burst", 0, int.MaxValue),
            MacPrefix = reader.Text("ovs.port.mac_prefix", IsMacPrefix, "1 to 5 bytes of a unicast MAC address, such as 0e:00:01"),
            InterfacePrefix = reader.Text("ovs.port.ifprefix", LinkNames.IsValidPrefix, LinkNames.AllowedPrefix),
        };
        if (parsed.IngressBurst is not null && parsed.IngressRate is null)
            reader.Refuse("option ovs.port.ingress_burst needs ovs.port.ingress_rate beside it");
        reader.ThrowIfRefused();
        return parsed;
    }

    static string? Vlan(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var vlan) && vlan is >= 1 and <= 4094
            ? vlan.ToString(CultureInfo.InvariantCulture) : null;

    static bool IsMacPrefix(string text) => MacAddress.ParseBytes(text) is { Length: <= 5 } bytes && (bytes[0] & 1) == 0;
}
