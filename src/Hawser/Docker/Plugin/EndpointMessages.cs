using System.Text.Json;

namespace Hawser.Docker.Plugin;

/// <summary>
/// In a request: what dockerd has already decided. In a reply: only what it has not decided, for dockerd refuses a
/// value for a field that it filled itself, even the same one ("Cannot be modified").
/// </summary>
public sealed record EndpointInterface(string Address = "", string AddressIPv6 = "", string MacAddress = "");

public sealed record CreateEndpointRequest(
    string NetworkID = "",
    string EndpointID = "",
    EndpointInterface? Interface = null,
    IReadOnlyDictionary<string, JsonElement>? Options = null);

public sealed record CreateEndpointResponse(EndpointInterface? Interface = null);

public sealed record DeleteEndpointRequest(string NetworkID = "", string EndpointID = "");

public sealed record EndpointOperInfoRequest(string NetworkID = "", string EndpointID = "");

public sealed record EndpointOperInfoResponse(IReadOnlyDictionary<string, string> Value);

/// <summary>SandboxKey is the path of a network namespace. Up to Docker 27 it does not exist yet: never open it.</summary>
public sealed record JoinRequest(
    string NetworkID = "",
    string EndpointID = "",
    string SandboxKey = "",
    IReadOnlyDictionary<string, JsonElement>? Options = null);

/// <summary>Gateways are plain addresses, and never together with <paramref name="DisableGatewayService"/>.</summary>
public sealed record JoinResponse(
    InterfaceName InterfaceName,
    string? Gateway = null,
    string? GatewayIPv6 = null,
    StaticRoute[]? StaticRoutes = null,
    bool DisableGatewayService = false);

/// <summary>The link that dockerd is to move into the container, and the prefix of the name that it gets there.</summary>
public sealed record InterfaceName(string SrcName, string DstPrefix);

/// <summary>Destination must not be empty: dockerd 28 and later dereference it unchecked.</summary>
public sealed record StaticRoute(string Destination, RouteType RouteType, string NextHop = "");

/// <summary>Numbers on the wire: dockerd fails on "0".</summary>
public enum RouteType
{
    NextHop = 0,
    Connected = 1,
}

public sealed record LeaveRequest(string NetworkID = "", string EndpointID = "");

public sealed record ProgramExternalConnectivityRequest(
    string NetworkID = "",
    string EndpointID = "",
    IReadOnlyDictionary<string, JsonElement>? Options = null);

public sealed record RevokeExternalConnectivityRequest(string NetworkID = "", string EndpointID = "");
