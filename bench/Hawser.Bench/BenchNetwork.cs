using System.Globalization;

namespace Hawser.Bench;

/// <summary>A network of the plugin that Docker knows nothing of, and calls for endpoints on it.</summary>
sealed class BenchNetwork
{
    static int _made;
    static readonly string Options = HostDescription.HasFirewall ? "" : "\"ovs.bridge.mode\":\"flat\"";

    readonly string _id = Id("net", Interlocked.Increment(ref _made));
    int _endpoints;

    public byte[] Create => PluginConnection.Request("NetworkDriver.CreateNetwork", $$$"""
        {"NetworkID":"{{{_id}}}","Options":{"com.docker.network.enable_ipv6":false,"com.docker.network.generic":{{{{Options}}}}},"IPv4Data":[{"AddressSpace":"LocalDefault","Pool":"10.200.0.0/16","Gateway":"10.200.0.1/16"}],"IPv6Data":[]}
        """);

    public byte[] Delete => PluginConnection.Request("NetworkDriver.DeleteNetwork", $$"""{"NetworkID":"{{_id}}"}""");

    /// <summary>Calls for endpoints that there have not been yet.</summary>
    public EndpointCalls[] NewEndpoints(int count) => [.. Enumerable.Range(0, count).Select(_ => NewEndpoint(++_endpoints))];

    EndpointCalls NewEndpoint(int number)
    {
        var endpoint = Id(_id[^8..], number);
        var ids = $"""
            "NetworkID":"{_id}","EndpointID":"{endpoint}"
            """;
        // The pool has 65,000 addresses; its gateway is the first.
        var host = 2 + number % 65000;
        return new EndpointCalls(
            PluginConnection.Request("NetworkDriver.CreateEndpoint", $$$"""{{{{ids}}},"Interface":{"Address":"10.200.{{{host / 256}}}.{{{host % 256}}}/16","AddressIPv6":"","MacAddress":""},"Options":{"com.docker.network.endpoint.exposedports":[],"com.docker.network.portmap":[]}}"""),
            PluginConnection.Request("NetworkDriver.Join", $$$"""{{{{ids}}},"SandboxKey":"/var/run/docker/netns/{{{endpoint[^12..]}}}","Options":{"com.docker.network.endpoint.exposedports":[],"com.docker.network.portmap":[]}}"""),
            PluginConnection.Request("NetworkDriver.Leave", $$"""{{{ids}}}"""),
            PluginConnection.Request("NetworkDriver.DeleteEndpoint", $$"""{{{ids}}}"""));
    }

    // Docker's ids are 64 hexadecimal digits.
    static string Id(string kind, int number) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind} {number}"))));
}
