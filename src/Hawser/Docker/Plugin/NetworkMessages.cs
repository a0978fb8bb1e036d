using System.Text.Json;

namespace Hawser.Docker.Plugin;

// What dockerd and a network driver say to each other, field by field as in moby's
// daemon/libnetwork/drivers/remote/api/api.go (the names are on the wire, hence NetworkID and not NetworkId).
// dockerd may leave out any string or send null for it: both read as "". Maps and lists may be null.

public sealed record ActivateResponse(string[] Implements);

/// <summary>The reply of every method that has nothing to say. dockerd needs a JSON value, so it is {}.</summary>
public sealed record EmptyResponse
{
    public static readonly EmptyResponse Instance = new();
}

public sealed record CapabilitiesResponse(string Scope, string ConnectivityScope, bool GwAllocChecker);

/// <summary>Asks whether a network needs a gateway address. Sent from 28.0 on, before addresses are requested.</summary>
public sealed record GwAllocCheckRequest(IReadOnlyDictionary<string, JsonElement>? Options = null);

public sealed record GwAllocCheckResponse(bool SkipIPv4, bool SkipIPv6);

/// <summary>One subnet. The addresses are in CIDR form with the pool's prefix length; Gateway may be "".</summary>
public sealed record IpamData(
    string AddressSpace = "",
    string Pool = "",
    string Gateway = "",
    IReadOnlyDictionary<string, string>? AuxAddresses = null);

public sealed record CreateNetworkRequest(
    string NetworkID = "",
    IReadOnlyDictionary<string, JsonElement>? Options = null,
    IpamData[]? IPv4Data = null,
    IpamData[]? IPv6Data = null);

public sealed record DeleteNetworkRequest(string NetworkID = "");

/// <summary>Sent to a driver of global scope by a swarm manager; the options come back to every node.</summary>
public sealed record AllocateNetworkRequest(
    string NetworkID = "",
    IReadOnlyDictionary<string, string>? Options = null,
    IpamData[]? IPv4Data = null,
    IpamData[]? IPv6Data = null);

public sealed record AllocateNetworkResponse(IReadOnlyDictionary<string, string>? Options);

public sealed record FreeNetworkRequest(string NetworkID = "");

/// <summary>A swarm node appeared or left; type 1 is the only one that dockerd sends.</summary>
public sealed record DiscoveryRequest(int DiscoveryType = 0, DiscoveredNode? DiscoveryData = null);

public sealed record DiscoveredNode(string Address = "", string BindAddress = "", bool Self = false);
