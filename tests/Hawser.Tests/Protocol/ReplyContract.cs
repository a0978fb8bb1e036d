using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;

namespace Hawser.Tests.Protocol;

/// <summary>
/// What dockerd's proxies demand of a successful reply (moby daemon/libnetwork/drivers/remote, ipams/remote and osl).
/// Keep one for a whole replay: some rules depend on the requests before.
/// </summary>
sealed class ReplyContract
{
    readonly HashSet<string> _internalNetworks = [];
    readonly Dictionary<string, string> _linksInUse = [];

    /// <summary>The rules that the reply breaks, in words.</summary>
    public IReadOnlyList<string> Check(RecordedRequest request, JsonElement reply)
    {
        if (reply.ValueKind != JsonValueKind.Object)
            return ["the reply is not an object"];
        var broken = Rules(request, reply).OfType<string>().ToList();
        Remember(request);
        return broken;
    }

    IEnumerable<string?> Rules(RecordedRequest request, JsonElement reply) =>
    [
        Rule(Text(reply, "Err") == "" && Text(reply, "Error") == "", "a success carries an error"),
        .. request.Method switch
        {
            "Plugin.Activate" => Activate(reply),
            "NetworkDriver.GetCapabilities" => Capabilities(reply),
            "NetworkDriver.GwAllocCheck" => [Flag(reply, "SkipIPv4"), Flag(reply, "SkipIPv6")],
            "NetworkDriver.CreateEndpoint" => CreateEndpoint(request, reply),
            "NetworkDriver.EndpointOperInfo" => [Rule(Kind(reply, "Value") is null or JsonValueKind.Object, "Value is no map")],
            "NetworkDriver.Join" => Join(request, reply),
            "IpamDriver.GetCapabilities" => [Flag(reply, "RequiresMACAddress"), Flag(reply, "RequiresRequestReplay")],
            "IpamDriver.GetDefaultAddressSpaces" => AddressSpaces(reply),
            "IpamDriver.RequestPool" => RequestPool(request, reply),
            "IpamDriver.RequestAddress" => RequestAddress(request, reply),
            _ => Array.Empty<string?>(),
        },
    ];

    static IEnumerable<string?> Activate(JsonElement reply) =>
    [
        Rule(Items(reply, "Implements").Length > 0, "Implements names nothing"),
        Rule(Items(reply, "Implements").All(item => item.GetString() is "NetworkDriver" or "IpamDriver"),
            "Implements names what dockerd does not know"),
    ];

    static IEnumerable<string?> Capabilities(JsonElement reply) =>
    [
        Rule(Text(reply, "Scope") is "local" or "global", "Scope is neither local nor global: dockerd drops the driver"),
        Rule(Text(reply, "ConnectivityScope") is "" or "local" or "global", "ConnectivityScope is neither local nor global"),
        Flag(reply, "GwAllocChecker"),
    ];

    static IEnumerable<string?> CreateEndpoint(RecordedRequest request, JsonElement reply)
    {
        var asked = request.Body!.Value.GetProperty("Interface");
        if (Kind(reply, "Interface") is not (null or JsonValueKind.Null or JsonValueKind.Object))
            return ["Interface is no object"];
        var given = Kind(reply, "Interface") == JsonValueKind.Object ? reply.GetProperty("Interface") : default;
        var mac = Text(given, "MacAddress");
        return
        [
            Text(asked, "MacAddress") == ""
                ? Rule(PhysicalAddress.TryParse(mac, out var parsed) && mac.Contains(':', StringComparison.Ordinal)
                    && (parsed.GetAddressBytes()[0] & 1) == 0, $"no MAC was given, and the reply's \"{mac}\" is no unicast address")
                : Rule(mac == "", "a MAC was given, and the reply has one too: \"Cannot be modified\""),
            .. new[] { "Address", "AddressIPv6" }.Select(key => Text(asked, key) == ""
                ? Rule(Text(given, key) is "" || IsCidr(Text(given, key)), $"{key} is no CIDR")
                : Rule(Text(given, key) == "", $"{key} was given, and the reply has one too: \"Cannot be modified\"")),
        ];
    }

    IEnumerable<string?> Join(RecordedRequest request, JsonElement reply)
    {
        var name = Kind(reply, "InterfaceName") == JsonValueKind.Object ? reply.GetProperty("InterfaceName") : default;
        var (gateway, gatewayIPv6, link) = (Text(reply, "Gateway"), Text(reply, "GatewayIPv6"), Text(name, "SrcName"));
        var anyGateway = gateway != "" || gatewayIPv6 != "";
        var others = _linksInUse.Where(use => use.Key != request.Text("EndpointID")).Select(use => use.Value);
        var broken = new[]
        {
            Rule(link.Length is > 0 and <= 15 && !link.Any(char.IsWhiteSpace) && !link.Contains('/', StringComparison.Ordinal),
                $"SrcName \"{link}\" is no name for a link"),
            Rule(!others.Contains(link), $"SrcName {link} belongs to another endpoint"),
            Rule(Text(name, "DstPrefix") != "", "DstPrefix is empty: the container's interface would be called \"0\""),
            Rule(gateway == "" || IsPlain(gateway, AddressFamily.InterNetwork), $"Gateway {gateway} is no plain IPv4 address"),
            Rule(gatewayIPv6 == "" || IsPlain(gatewayIPv6, AddressFamily.InterNetworkV6), $"GatewayIPv6 {gatewayIPv6} is no plain IPv6 address"),
            Rule(!anyGateway || !_internalNetworks.Contains(request.Text("NetworkID")!), "an internal network has a gateway"),
            Flag(reply, "DisableGatewayService"),
            Rule(!anyGateway || Kind(reply, "DisableGatewayService") != JsonValueKind.True, "a gateway together with DisableGatewayService"),
        };
        _linksInUse[request.Text("EndpointID")!] = link;
        return broken.Concat(Items(reply, "StaticRoutes").SelectMany(StaticRoute));
    }

    static IEnumerable<string?> StaticRoute(JsonElement route)
    {
        if (Kind(route, "RouteType") != JsonValueKind.Number)
            return ["RouteType is no number"];
        var (kind, destination) = (route.GetProperty("RouteType").GetInt32(), Text(route, "Destination"));
        return
        [
            Rule(IsCidr(destination), $"Destination \"{destination}\" is no CIDR: dockerd 28 dereferences nil"),
            Rule(kind is 0 or 1, $"RouteType {kind} is unknown"),
            Rule(kind != 0 || IPAddress.TryParse(Text(route, "NextHop"), out _), $"the route to {destination} has no next hop"),
            Rule(kind != 0 || !destination.EndsWith("/0", StringComparison.Ordinal), "a default route by next hop: dockerd 28 fails on it"),
        ];
    }

    static IEnumerable<string?> AddressSpaces(JsonElement reply)
    {
        var (local, global) = (Text(reply, "LocalDefaultAddressSpace"), Text(reply, "GlobalDefaultAddressSpace"));
        return [Rule(local != "" && global != "" && local != global, "the two address spaces are not two names")];
    }

    static IEnumerable<string?> RequestPool(RecordedRequest request, JsonElement reply) =>
    [
        Rule(Text(reply, "PoolID") != "", "PoolID is empty"),
        Rule(IsNetwork(Text(reply, "Pool")), $"Pool \"{Text(reply, "Pool")}\" is no network in CIDR form, or has host bits"),
        Rule(request.Text("Pool") is null or "" || request.Text("Pool") == Text(reply, "Pool"), "the pool is not the one asked for"),
        Rule(Kind(reply, "Data") is null or JsonValueKind.Null or JsonValueKind.Object, "Data is no map"),
    ];

    static IEnumerable<string?> RequestAddress(RecordedRequest request, JsonElement reply)
    {
        var address = Text(reply, "Address").Split('/');
        return
        [
            Rule(address.Length == 2 && IPAddress.TryParse(address[0], out _), "Address is no CIDR"),
            Rule(request.Text("Address") is null or "" || request.Text("Address") == address[0], "the address is not the one asked for"),
        ];
    }

    void Remember(RecordedRequest request)
    {
        if (request.Method == "NetworkDriver.CreateNetwork" && Kind(request.Body!.Value, "Options") == JsonValueKind.Object
            && Kind(request.Body.Value.GetProperty("Options"), "com.docker.network.internal") == JsonValueKind.True)
            _internalNetworks.Add(request.Text("NetworkID")!);
        if (request.Method == "NetworkDriver.DeleteEndpoint")
            _linksInUse.Remove(request.Text("EndpointID")!);
    }

    static string? Rule(bool kept, string broken) => kept ? null : broken;

    static string? Flag(JsonElement reply, string key) =>
        Rule(Kind(reply, key) is null or JsonValueKind.True or JsonValueKind.False, $"{key} is no boolean");

    static JsonValueKind? Kind(JsonElement owner, string key) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(key, out var value) ? value.ValueKind : null;

    /// <summary>A string, or "" where Go would read the zero value. Anything else is not text and breaks every rule.</summary>
    static string Text(JsonElement owner, string key) => Kind(owner, key) switch
    {
        null or JsonValueKind.Null => "",
        JsonValueKind.String => owner.GetProperty(key).GetString()!,
        _ => $"({key} is no string)",
    };

    static JsonElement[] Items(JsonElement owner, string key) =>
        Kind(owner, key) == JsonValueKind.Array ? [.. owner.GetProperty(key).EnumerateArray()] : [];

    static bool IsCidr(string text) => IPNetwork.TryParse(text, out _);

    // IPNetwork clears host bits since .NET 10, where it refused them before.
    static bool IsNetwork(string text) =>
        IPNetwork.TryParse(text, out var network) && IPAddress.Parse(text.Split('/')[0]).Equals(network.BaseAddress);

    static bool IsPlain(string text, AddressFamily family) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == family;
}
