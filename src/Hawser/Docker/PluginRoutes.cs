using System.Collections.Immutable;

namespace Hawser.Docker;

/// <summary>Which path is which call of the network driver.</summary>
static class PluginRoutes
{
    public static ImmutableArray<PluginRoute> For(NetworkDriver driver) =>
    [
        // These two never wait: an engine that gets no capabilities does not ask again until it is restarted
        // (libnetwork, drivers/remote/driver.go Register).
        PluginRoute.For("/Plugin.Activate", DockerJson.Default.ActivateResponse, _ => Task.FromResult(new ActivateResponse(["NetworkDriver"]))),
        PluginRoute.For("/NetworkDriver.GetCapabilities", DockerJson.Default.CapabilitiesResponse, _ => Task.FromResult(new CapabilitiesResponse("local", "local", GwAllocChecker: true))),
        PluginRoute.For("/NetworkDriver.GwAllocCheck", DockerJson.Default.GwAllocCheckRequest, DockerJson.Default.GwAllocCheckResponse, driver.GwAllocCheckAsync),
        PluginRoute.For("/NetworkDriver.CreateNetwork", DockerJson.Default.CreateNetworkRequest, driver.CreateNetworkAsync),
        PluginRoute.For("/NetworkDriver.DeleteNetwork", DockerJson.Default.DeleteNetworkRequest, driver.DeleteNetworkAsync),
        PluginRoute.For("/NetworkDriver.CreateEndpoint", DockerJson.Default.CreateEndpointRequest, DockerJson.Default.CreateEndpointResponse, driver.CreateEndpointAsync),
        PluginRoute.For("/NetworkDriver.DeleteEndpoint", DockerJson.Default.DeleteEndpointRequest, driver.DeleteEndpointAsync),
        // Nothing that a remote driver says here can reach docker ps (daemon/network.go getEndpointPortMapInfo).
        PluginRoute.For("/NetworkDriver.EndpointOperInfo", DockerJson.Default.EndpointOperInfoRequest, DockerJson.Default.EndpointOperInfoResponse,
            (_, _) => Task.FromResult(new EndpointOperInfoResponse(ImmutableDictionary<string, string>.Empty))),
        PluginRoute.For("/NetworkDriver.Join", DockerJson.Default.JoinRequest, DockerJson.Default.JoinResponse, driver.JoinAsync),
        PluginRoute.For("/NetworkDriver.Leave", DockerJson.Default.LeaveRequest, driver.LeaveAsync),
        PluginRoute.For("/NetworkDriver.ProgramExternalConnectivity", DockerJson.Default.ProgramExternalConnectivityRequest, driver.ProgramExternalConnectivityAsync),
        PluginRoute.For("/NetworkDriver.RevokeExternalConnectivity", DockerJson.Default.RevokeExternalConnectivityRequest, driver.RevokeExternalConnectivityAsync),
        PluginRoute.For("/NetworkDriver.DiscoverNew", DockerJson.Default.DiscoveryRequest, (_, _) => Task.CompletedTask),
        PluginRoute.For("/NetworkDriver.DiscoverDelete", DockerJson.Default.DiscoveryRequest, (_, _) => Task.CompletedTask),
    ];
}
