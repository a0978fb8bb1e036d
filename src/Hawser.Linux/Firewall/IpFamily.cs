namespace Hawser.Linux;

/// <summary>A version of IP.</summary>
public enum IpFamily
{
    /// <summary>IPv4: <c>iptables</c>.</summary>
    IPv4,

    /// <summary>IPv6: <c>ip6tables</c>.</summary>
    IPv6,
}
