using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Hawser.Core.Options;

/// <summary>Reads <see cref="AttachmentOptions"/> out of the words of a command line; all mistakes are named at once.</summary>
public static class AttachmentOptionsParser
{
    const int LeastMtu = 68;
    const int LeastMtuOfIPv6 = 1280;
    const int LargestMtu = 65535;

    // What these say of an endpoint of Docker's, --mac and --name say of an attachment.
    static readonly string[] OfNetworks = ["ovs.port.mac_prefix", "ovs.port.ifprefix"];

    /// <summary>The flags whose values are read here, by name. A flag that is given several times has its values in a comma list.</summary>
    public static ImmutableArray<string> Flags { get; } =
        ["--name", "--ip", "--gateway", "--route", "--vlan", "--trunks", "--mac", "--mtu"];

    /// <summary>Parses what was asked for.</summary>
    /// <param name="options">The flags, by name, and options of ports such as <c>ovs.port.ingress_rate</c>.</param>
    /// <param name="isTemporary">Whether the attachment ends when its container stops.</param>
    /// <exception cref="PluginException">An option is unknown, or has a value that is not allowed.</exception>
    public static AttachmentOptions Parse(IReadOnlyDictionary<string, string> options, bool isTemporary)
    {
        var reader = new OptionReader(options);
        foreach (var unknown in options.Keys.Where(k => !IsKnown(k)).Order(StringComparer.Ordinal))
            reader.Refuse($"unknown option {unknown}: known are {string.Join(", ", EndpointOptionsParser.Known.Except(OfNetworks))}");
        if (reader.Text("--name") is null) reader.Refuse("option --name is missing: the link's name in the container, such as eth1");
        var parsed = new AttachmentOptions
        {
            Link = reader.Text("--name", LinkNames.IsValid, LinkNames.Allowed) ?? "",
            Addresses =
            [
                .. reader.List("--ip", text => LinkAddress.TryParse(text, out var a) ? a.ToString() : null,
                    "an address with the length of its prefix, such as 192.0.2.10/24 or 2001:db8::10/64")
                    .Select(text => LinkAddress.TryParse(text, out var address) ? address : null).OfType<LinkAddress>(),
            ],
            Gateways =
            [
                .. reader.List("--gateway", text => IPAddress.TryParse(text, out var a) ? a.ToString() : null,
                    "an address such as 192.0.2.1").Select(IPAddress.Parse),
            ],
            Routes =
            [
                .. reader.List("--route", text => AttachedRoute.Parse(text)?.ToString(), "SUBNET=ROUTER, such as 10.8.0.0/16=192.0.2.1")
                    .Select(AttachedRoute.Parse).OfType<AttachedRoute>(),
            ],
            Mac = Mac(reader),
            Mtu = reader.Number("--mtu", LeastMtu, LargestMtu),
            IsTemporary = isTemporary,
        };
        Check(parsed, reader);
        parsed = parsed with { Port = Port(options, reader) };
        reader.ThrowIfRefused();
        return parsed;
    }

    static bool IsKnown(string name) => Flags.Contains(name)
        || EndpointOptionsParser.Known.Except(OfNetworks).Contains(name, StringComparer.OrdinalIgnoreCase);

    static MacAddress? Mac(OptionReader reader) =>
        MacAddress.TryParse(reader.Text("--mac", IsUnicast, "a unicast MAC address such as 02:42:c0:00:02:0a"), out var mac) ? mac : null;

    static bool IsUnicast(string text) => MacAddress.TryParse(text, out var mac) && mac.IsUnicast;

    // --vlan and --trunks are short for options of the port.
    static EndpointOptions Port(IReadOnlyDictionary<string, string> options, OptionReader reader)
    {
        var ofPort = options.Where(o => o.Key.StartsWith("ovs.", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (var (flag, name) in new[] { ("--vlan", "ovs.port.vlan"), ("--trunks", "ovs.port.trunks") })
        {
            if (!options.TryGetValue(flag, out var value)) continue;
            if (ofPort.Exists(o => o.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
                reader.Refuse($"option {flag} is not allowed beside {name}: both say the same");
            else
                ofPort.Add(new(name, value));
        }
        try
        {
            return EndpointOptionsParser.Parse(ofPort.Where(o => IsKnown(o.Key)));
        }
        catch (PluginException e)
        {
            reader.Refuse(e.Message);
            return new EndpointOptions();
        }
    }

    static void Check(AttachmentOptions parsed, OptionReader reader)
    {
        foreach (var family in parsed.Gateways.GroupBy(g => g.AddressFamily).Where(g => g.Count() > 1))
            reader.Refuse("--gateway", string.Join(',', family), "one for IPv4 and one for IPv6");
        foreach (var router in parsed.Gateways.Where(g => !Reaches(parsed, g)))
            reader.Refuse("--gateway", router.ToString(), "an address in the subnet of an --ip");
        foreach (var route in parsed.Routes.Where(r => !Reaches(parsed, r.Gateway)))
            reader.Refuse("--route", route.ToString(), "its router must be in the subnet of an --ip");
        if (parsed.Mtu is { } mtu and < LeastMtuOfIPv6 && parsed.Addresses.Any(a => a.IsIPv6))
            reader.Refuse("--mtu", mtu.ToString(CultureInfo.InvariantCulture), $"at least {LeastMtuOfIPv6} with an IPv6 address");
        if (parsed.Addresses.Distinct().Count() < parsed.Addresses.Count)
            reader.Refuse("--ip", string.Join(',', parsed.Addresses), "each address once");
    }

    // A router of IPv6 is often known by its link-local address, which every link reaches.
    static bool Reaches(AttachmentOptions parsed, IPAddress router) =>
        router.IsIPv6LinkLocal || parsed.Addresses.Any(a => a.Reaches(router));
}
