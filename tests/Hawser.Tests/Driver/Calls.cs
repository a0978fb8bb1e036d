namespace Hawser.Tests.Driver;

/// <summary>Requests as dockerd would write them.</summary>
static class Calls
{
    public static string Id(string name) => string.Concat(Enumerable.Repeat(Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(name.PadRight(8, '-')[..8])), 4));

    public static object Network(string name, string pool = "10.90.0.0/24", string gateway = "10.90.0.1/24", params (string Key, string Value)[] options) => new
    {
        NetworkID = Id(name),
        Options = new Dictionary<string, object>
        {
            ["com.docker.network.enable_ipv6"] = false,
            ["com.docker.network.generic"] = options.ToDictionary(o => o.Key, o => o.Value),
        },
        IPv4Data = new[] { new { AddressSpace = "LocalDefault", Pool = pool, Gateway = gateway } },
        IPv6Data = Array.Empty<object>(),
    };

    /// <summary>docker network create --internal</summary>
    public static object InternalNetwork(string name, params (string Key, string Value)[] options) => new
    {
        NetworkID = Id(name),
        Options = new Dictionary<string, object>
        {
            ["com.docker.network.internal"] = true,
            ["com.docker.network.generic"] = options.ToDictionary(o => o.Key, o => o.Value),
        },
        IPv4Data = new[] { new { AddressSpace = "LocalDefault", Pool = "10.90.0.0/24", Gateway = "10.90.0.1/24" } },
        IPv6Data = Array.Empty<object>(),
    };

    /// <summary>docker network create --ipv4=false --ipv6, from 28.0 on.</summary>
    public static object NetworkOfIPv6(string name, string pool = "fd00:90::/64", string gateway = "fd00:90::1/64") => new
    {
        NetworkID = Id(name),
        Options = new Dictionary<string, object>
        {
            ["com.docker.network.enable_ipv4"] = false,
            ["com.docker.network.enable_ipv6"] = true,
            ["com.docker.network.generic"] = new Dictionary<string, string>(),
        },
        IPv4Data = Array.Empty<object>(),
        IPv6Data = new[] { new { AddressSpace = "LocalDefault", Pool = pool, Gateway = gateway } },
    };

    public static object Endpoint(
        string network, string name, string address = "10.90.0.5/24", string mac = "", string addressIPv6 = "",
        params (string Key, object Value)[] options) => new
        {
            NetworkID = Id(network),
            EndpointID = Id(name),
            Interface = new { Address = address, AddressIPv6 = addressIPv6, MacAddress = mac },
            Options = options.ToDictionary(o => o.Key, o => o.Value),
        };

    public static object Ids(string network, string endpoint = "") => new { NetworkID = Id(network), EndpointID = Id(endpoint) };

    public static object Join(string network, string endpoint) => new
    {
        NetworkID = Id(network),
        EndpointID = Id(endpoint),
        SandboxKey = "/var/run/docker/netns/0123456789ab",
        Options = new Dictionary<string, object>(),
    };

    public static object Publish(string network, string endpoint, int hostPort, int protocol = 6) => new
    {
        NetworkID = Id(network),
        EndpointID = Id(endpoint),
        Options = new Dictionary<string, object> { ["com.docker.network.portmap"] = new[] { new { Proto = protocol, IP = "", Port = 80, HostIP = "", HostPort = hostPort, HostPortEnd = hostPort } } },
    };
}
