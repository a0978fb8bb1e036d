using System.Collections.Immutable;

namespace Hawser.Core.Options;

/// <summary>Reads <see cref="LogicalNetworkOptions"/> out of Docker's string map; every mistake is named at once.</summary>
public static class LogicalNetworkOptionsParser
{
    /// <summary>The names of the options, as a user writes them.</summary>
    public static ImmutableArray<string> Known { get; } = ["ovn.switch", "ovn.mtu", "ovn.port_security"];

    /// <summary>Parses the options of one network.</summary>
    /// <exception cref="PluginException">An option is unknown or has a value that is not allowed.</exception>
    public static LogicalNetworkOptions Parse(IEnumerable<KeyValuePair<string, string>> options)
    {
        var reader = new OptionReader(options);
        reader.RefuseUnknown("ovn.", Known);
        reader.RefuseUnknown("ovs.", []);
        var parsed = new LogicalNetworkOptions
        {
            Switch = reader.Text("ovn.switch", IsName, "1 to 128 printable characters without white space"),
            Mtu = reader.Number("ovn.mtu", 68, 65535, "com.docker.network.driver.mtu"),
            PortSecurity = reader.Flag("ovn.port_security", whenAbsent: true),
            InterfacePrefix = reader.Text("com.docker.network.container_iface_prefix", LinkNames.IsValidPrefix, LinkNames.AllowedPrefix) ?? "eth",
        };
        reader.ThrowIfRefused();
        return parsed;
    }

    static bool IsName(string name) => name.Length is > 0 and <= 128 && name.All(c => c is > ' ' and < '\x7f');
}
