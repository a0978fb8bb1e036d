using System.Collections.Immutable;

namespace Hawser.Core.Options;

/// <summary>Reads <see cref="LogicalNetworkOptions"/> out of Docker's string map; all mistakes are named at once.</summary>
public static class LogicalNetworkOptionsParser
{
    /// <summary>The names of the options, as a user writes them.</summary>
    public static ImmutableArray<string> Known { get; } =
        [SwitchOption, "ovn.vrf", "ovn.dns", "ovn.parent", "ovn.bridge", "ovn.mtu", "ovn.port_security"];

    /// <summary>What the name of a routing domain may be: it becomes a part of OVN's names.</summary>
    public const string AllowedVrf = "1 to 64 letters, digits, '_', '-' and '.'";

    /// <summary>The option that names the switch.</summary>
    public const string SwitchOption = "ovn.switch";

    const string AllowedName = "1 to 128 printable characters without white space";

    const string Hashed = "sha256";

    /// <summary>Whether a text can name a routing domain.</summary>
    public static bool IsVrf(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');


    /// <summary>Parses the options of one network.</summary>
    /// <exception cref="PluginException">An option is unknown or has a value that is not allowed.</exception>
    public static LogicalNetworkOptions Parse(IEnumerable<KeyValuePair<string, string>> options)
    {
        var reader = new OptionReader(options);
        reader.RefuseUnknown("ovn.", Known);
        reader.RefuseUnknown("ovs.", []);
        reader.RefuseBridgeDrivers("use ovn.vrf and ovn.switch, or -d bridge");
        var name = reader.Text(SwitchOption, IsName, AllowedName);
        var isHashed = string.Equals(name, Hashed, StringComparison.OrdinalIgnoreCase);
        var parsed = new LogicalNetworkOptions
        {
            Switch = isHashed ? null : name,
            HasHashedName = isHashed,
            Vrf = reader.Text("ovn.vrf", IsVrf, AllowedVrf) ?? reader.Text("vrf", IsVrf, AllowedVrf),
            Dns = reader.Flag("ovn.dns", whenAbsent: false),
            Parent = reader.Text("ovn.parent", IsName, AllowedName),
            Bridge = reader.Text("ovn.bridge", LinkNames.IsValid, LinkNames.Allowed),
            Mtu = reader.Number("ovn.mtu", 68, 65535, "com.docker.network.driver.mtu"),
            PortSecurity = reader.Flag("ovn.port_security", whenAbsent: true),
            InterfacePrefix =
                reader.Text("com.docker.network.container_iface_prefix", LinkNames.IsValidPrefix, LinkNames.AllowedPrefix) ?? "eth",
        };
        if (parsed.Parent is null != parsed.Bridge is null)
            reader.Refuse(
                "ovn.parent and ovn.bridge go together: the logical port of this machine, and the bridge that its network card is on");
        if (parsed is { Parent: not null, Vrf: not null })
            reader.Refuse("ovn.parent is not allowed with ovn.vrf: a host that is a port of OVN's has no gateway router");
        reader.ThrowIfRefused();
        return parsed;
    }

    static bool IsName(string name) => name.Length is > 0 and <= 128 && name.All(c => c is > ' ' and < '\x7f');
}
