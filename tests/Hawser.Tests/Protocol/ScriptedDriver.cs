using System.Collections.Immutable;
using Hawser.Docker.Plugin;

namespace Hawser.Tests.Protocol;

/// <summary>
/// Routes that read all of each request and give a valid reply, without a driver behind them:
/// whatever a replay or a fuzzer finds with it lies in the transport or in the messages.
/// </summary>
static class ScriptedDriver
{
    static readonly DockerJson Json = DockerJson.Default;

    public static ImmutableArray<PluginRoute> Routes { get; } =
    [
        PluginRoute.For("/Plugin.Activate", Json.ActivateResponse,
            _ => Task.FromResult(new ActivateResponse(["NetworkDriver", "IpamDriver"]))),
        PluginRoute.For("/NetworkDriver.GetCapabilities", Json.CapabilitiesResponse,
            _ => Task.FromResult(new CapabilitiesResponse("local", "local", GwAllocChecker: true))),
        PluginRoute.For("/NetworkDriver.GwAllocCheck", Json.GwAllocCheckRequest, Json.GwAllocCheckResponse,
            (request, _) => Task.FromResult(new GwAllocCheckResponse(
                RequestOptions.ReadFlag(request.Options, RequestOptions.Internal, whenAbsent: false), false))),
        PluginRoute.For("/NetworkDriver.CreateNetwork", Json.CreateNetworkRequest, CreateNetwork),
        PluginRoute.For("/NetworkDriver.DeleteNetwork", Json.DeleteNetworkRequest, Nothing),
        PluginRoute.For("/NetworkDriver.AllocateNetwork", Json.AllocateNetworkRequest, Json.AllocateNetworkResponse,
            (request, _) => Task.FromResult(new AllocateNetworkResponse(request.Options))),
        PluginRoute.For("/NetworkDriver.FreeNetwork", Json.FreeNetworkRequest, Nothing),
        PluginRoute.For("/NetworkDriver.CreateEndpoint", Json.CreateEndpointRequest, Json.CreateEndpointResponse, CreateEndpoint),
        PluginRoute.For("/NetworkDriver.EndpointOperInfo", Json.EndpointOperInfoRequest, Json.EndpointOperInfoResponse,
            (_, _) => Task.FromResult(new EndpointOperInfoResponse(ImmutableDictionary<string, string>.Empty))),
        PluginRoute.For("/NetworkDriver.DeleteEndpoint", Json.DeleteEndpointRequest, Nothing),
        PluginRoute.For("/NetworkDriver.Join", Json.JoinRequest, Json.JoinResponse, Join),
        PluginRoute.For("/NetworkDriver.Leave", Json.LeaveRequest, Nothing),
        PluginRoute.For("/NetworkDriver.ProgramExternalConnectivity", Json.ProgramExternalConnectivityRequest,
            (request, _) => Task.FromResult(RequestOptions.ReadPortMap(request.Options))),
        PluginRoute.For("/NetworkDriver.RevokeExternalConnectivity", Json.RevokeExternalConnectivityRequest, Nothing),
        PluginRoute.For("/NetworkDriver.DiscoverNew", Json.DiscoveryRequest, Nothing),
        PluginRoute.For("/NetworkDriver.DiscoverDelete", Json.DiscoveryRequest, Nothing),
        PluginRoute.For("/IpamDriver.GetCapabilities", Json.IpamCapabilitiesResponse,
            _ => Task.FromResult(new IpamCapabilitiesResponse(RequiresMACAddress: true, RequiresRequestReplay: false))),
        PluginRoute.For("/IpamDriver.GetDefaultAddressSpaces", Json.AddressSpacesResponse,
            _ => Task.FromResult(new AddressSpacesResponse("here", "everywhere"))),
        PluginRoute.For("/IpamDriver.RequestPool", Json.RequestPoolRequest, Json.RequestPoolResponse,
            (request, _) => Task.FromResult(new RequestPoolResponse($"here/{request.Pool}", request.Pool is "" ? "10.99.0.0/24" : request.Pool))),
        PluginRoute.For("/IpamDriver.ReleasePool", Json.ReleasePoolRequest, Nothing),
        PluginRoute.For("/IpamDriver.RequestAddress", Json.RequestAddressRequest, Json.RequestAddressResponse,
            (request, _) => Task.FromResult(new RequestAddressResponse($"{(request.Address is "" ? "10.99.0.9" : request.Address)}/24"))),
        PluginRoute.For("/IpamDriver.ReleaseAddress", Json.ReleaseAddressRequest, Nothing),
    ];

    static Task Nothing<T>(T request, CancellationToken ct) => Task.CompletedTask;

    static Task CreateNetwork(CreateNetworkRequest request, CancellationToken ct)
    {
        RequestOptions.ReadGeneric(request.Options);
        RequestOptions.ReadFlag(request.Options, RequestOptions.EnableIPv4, whenAbsent: true);
        RequestOptions.ReadFlag(request.Options, RequestOptions.EnableIPv6, whenAbsent: false);
        RequestOptions.ReadFlag(request.Options, RequestOptions.Internal, whenAbsent: false);
        return Task.CompletedTask;
    }

    static Task<CreateEndpointResponse> CreateEndpoint(CreateEndpointRequest request, CancellationToken ct)
    {
        RequestOptions.ReadDriverOptions(request.Options);
        RequestOptions.ReadPortMap(request.Options);
        RequestOptions.ReadExposedPorts(request.Options);
        return Task.FromResult(new CreateEndpointResponse(
            request.Interface is { MacAddress.Length: > 0 } ? null : new(MacAddress: "02:42:00:00:00:01")));
    }

    static Task<JoinResponse> Join(JoinRequest request, CancellationToken ct)
    {
        RequestOptions.ReadPortMap(request.Options);
        RequestOptions.ReadExposedPorts(request.Options);
        return Task.FromResult(new JoinResponse(new("v" + request.EndpointID[..Math.Min(8, request.EndpointID.Length)], "eth")));
    }
}
