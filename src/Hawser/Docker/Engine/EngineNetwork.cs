namespace Hawser.Docker.Engine;

// GET /networks/{id}, api/types/network in moby. Strings that are missing or null read as "".

public sealed record EngineNetwork(
    string Id,
    string Name,
    string Driver = "",
    string Scope = "",
    bool EnableIPv4 = true, // absent before 28.0, when every network had it
    bool EnableIPv6 = false,
    bool Internal = false,
    IReadOnlyDictionary<string, string>? Options = null,
    EngineIpam? IPAM = null,
    IReadOnlyDictionary<string, EngineNetworkContainer>? Containers = null);

public sealed record EngineIpam(
    string Driver = "",
    EngineIpamPool[]? Config = null,
    IReadOnlyDictionary<string, string>? Options = null);

public sealed record EngineIpamPool(
    string Subnet = "",
    string Gateway = "",
    string IPRange = "",
    IReadOnlyDictionary<string, string>? AuxiliaryAddresses = null);

/// <summary>An endpoint in use, under its container's id. Both addresses are CIDRs.</summary>
public sealed record EngineNetworkContainer(
    string Name = "",
    string EndpointID = "",
    string MacAddress = "",
    string IPv4Address = "",
    string IPv6Address = "");

/// <summary>POST /networks/create. What is null is left to Docker.</summary>
public sealed record EngineNetworkCreate(string Name, string Driver)
{
    public bool? EnableIPv4 { get; init; }
    public bool? EnableIPv6 { get; init; }
    public bool? Internal { get; init; }
    public bool? Attachable { get; init; }
    public IReadOnlyDictionary<string, string>? Options { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public EngineIpam? IPAM { get; init; }

    /// <summary>Engines before 25 allow two networks of one name unless they are asked not to.</summary>
    public bool CheckDuplicate { get; init; } = true;
}

sealed record EngineNetworkCreated(string Id = "");
