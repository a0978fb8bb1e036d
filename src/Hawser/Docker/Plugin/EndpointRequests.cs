using System.Net;
using System.Net.Sockets;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Docker.Engine;

namespace Hawser.Docker.Plugin;

/// <summary>Reads what Docker says of an endpoint into a record, in which everything is valid.</summary>
static class EndpointRequests
{
    public static (EndpointRecord Endpoint, bool IsMacGiven) Read(CreateEndpointRequest request, DateTimeOffset now)
    {
        var given = request.Interface ?? new EndpointInterface();
        var id = new EndpointId(WireIds.Check("EndpointID", request.EndpointID));
        var options = EndpointOptionsParser.Parse(RequestOptions.ReadDriverOptions(request.Options));
        if (request.Options?.ContainsKey(RequestOptions.InterfaceName) == true)
        {
            throw new PluginException($"option {RequestOptions.InterfaceName} is not allowed: "
                + "Docker takes the name of an interface from its own drivers alone; ovs.port.ifprefix chooses how it begins");
        }
        var address = Address("Address", given.Address, AddressFamily.InterNetwork);
        var addressIPv6 = Address("AddressIPv6", given.AddressIPv6, AddressFamily.InterNetworkV6);
        var endpoint = new EndpointRecord
        {
            Id = id,
            Network = new NetworkId(WireIds.Check("NetworkID", request.NetworkID)),
            Address = address,
            AddressIPv6 = addressIPv6,
            Mac = Mac(given.MacAddress) ?? Made(id, address ?? addressIPv6, options.MacPrefixBytes),
            Options = options,
            CreatedAt = now,
        };
        return (endpoint, given.MacAddress.Length > 0);
    }

    /// <summary>Reads what Docker's API says of an endpoint that Hawser no longer knows.</summary>
    public static EndpointRecord Read(EngineAttachment attachment, DateTimeOffset now) => new()
    {
        Id = new EndpointId(WireIds.Check("EndpointID", attachment.EndpointID)),
        Network = new NetworkId(WireIds.Check("NetworkID", attachment.NetworkID)),
        Phase = EndpointPhase.Plugged,
        Address = Address("IPAddress", attachment.IPAddress, AddressFamily.InterNetwork),
        AddressIPv6 = Address("GlobalIPv6Address", attachment.GlobalIPv6Address, AddressFamily.InterNetworkV6),
        Mac = Mac(attachment.MacAddress) ?? MacAddress.For(attachment.EndpointID, []),
        Options = EndpointOptionsParser.Parse(attachment.DriverOpts ?? new Dictionary<string, string>()),
        CreatedAt = now,
    };

    static MacAddress Made(EndpointId id, IPAddress? address, byte[] prefix) =>
        address is null ? MacAddress.For(id.Value, prefix) : MacAddress.For(address, prefix);

    static IPAddress? Address(string field, string text, AddressFamily family)
    {
        if (text.Length == 0) return null;
        var version = family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
        return IPAddress.TryParse(text.Split('/')[0], out var address) && address.AddressFamily == family
            ? address
            : throw new PluginException($"{field} \"{text}\" is not an {version} address in CIDR form");
    }

    static MacAddress? Mac(string text)
    {
        if (text.Length == 0) return null;
        return MacAddress.TryParse(text, out var mac) && mac.IsUnicast
            ? mac
            : throw new PluginException($"MacAddress \"{text}\" is not allowed: a unicast address such as 02:42:0a:00:00:05");
    }
}
