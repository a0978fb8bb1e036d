using System.Collections.Immutable;
using Hawser.Core.Ipam;
using Hawser.Docker.Plugin;

namespace Hawser.Docker;

/// <summary>Maps the paths of the plugin protocol to a driver's calls.</summary>
static class PluginRoutes
{
    const string Activate = "/Plugin.Activate";

    /// <summary>The routes of a driver that is an address manager, too.</summary>
    public static ImmutableArray<PluginRoute> For(NetworkDriver driver, IpamDriver ipam, DriverScope scope) =>
    [
        .. For(driver, scope).Where(r => r.Path != Activate),
        PluginRoute.For(
            Activate, DockerJson.Default.ActivateResponse,
            _ => Task.FromResult(new ActivateResponse(["NetworkDriver", "IpamDriver"]))),
        // All that was given out is in the database, so dockerd need not replay its requests.
        PluginRoute.For(
            "/IpamDriver.GetCapabilities", DockerJson.Default.IpamCapabilitiesResponse,
            _ => Task.FromResult(new IpamCapabilitiesResponse(RequiresMACAddress: false, RequiresRequestReplay: false))),
        PluginRoute.For(
            "/IpamDriver.GetDefaultAddressSpaces", DockerJson.Default.AddressSpacesResponse,
            _ => Task.FromResult(new AddressSpacesResponse(AddressPool.LocalSpace, AddressPool.GlobalSpace))),
        PluginRoute.For(
            "/IpamDriver.RequestPool", DockerJson.Default.RequestPoolRequest, DockerJson.Default.RequestPoolResponse,
            ipam.RequestPoolAsync),
        PluginRoute.For("/IpamDriver.ReleasePool", DockerJson.Default.ReleasePoolRequest, ipam.ReleasePoolAsync),
        PluginRoute.For(
            "/IpamDriver.RequestAddress", DockerJson.Default.RequestAddressRequest, DockerJson.Default.RequestAddressResponse,
            ipam.RequestAddressAsync),
        PluginRoute.For("/IpamDriver.ReleaseAddress", DockerJson.Default.ReleaseAddressRequest, ipam.ReleaseAddressAsync),
    ];

    public static ImmutableArray<PluginRoute> For(NetworkDriver driver, DriverScope scope) =>
    [
        // These two never wait: an engine that gets no capabilities does not ask again until it is restarted
        // (libnetwork, drivers/remote/driver.go Register).
        PluginRoute.For(Activate, DockerJson.Default.ActivateResponse, _ => Task.FromResult(new ActivateResponse(["NetworkDriver"]))),
        PluginRoute.For(
            "/NetworkDriver.GetCapabilities", DockerJson.Default.CapabilitiesResponse,
            _ => Task.FromResult(Capabilities(scope))),
        // A swarm's managers send these to a driver of global scope.
        PluginRoute.For(
            "/NetworkDriver.AllocateNetwork", DockerJson.Default.AllocateNetworkRequest, DockerJson.Default.AllocateNetworkResponse,
            driver.AllocateNetworkAsync),
        PluginRoute.For("/NetworkDriver.FreeNetwork", DockerJson.Default.FreeNetworkRequest, (_, _) => Task.CompletedTask),
        PluginRoute.For(
            "/NetworkDriver.GwAllocCheck", DockerJson.Default.GwAllocCheckRequest, DockerJson.Default.GwAllocCheckResponse,
            driver.GwAllocCheckAsync),
        PluginRoute.For("/NetworkDriver.CreateNetwork", DockerJson.Default.CreateNetworkRequest, driver.CreateNetworkAsync),
        PluginRoute.For("/NetworkDriver.DeleteNetwork", DockerJson.Default.DeleteNetworkRequest, driver.DeleteNetworkAsync),
        PluginRoute.For(
            "/NetworkDriver.CreateEndpoint", DockerJson.Default.CreateEndpointRequest, DockerJson.Default.CreateEndpointResponse,
            driver.CreateEndpointAsync),
        PluginRoute.For("/NetworkDriver.DeleteEndpoint", DockerJson.Default.DeleteEndpointRequest, driver.DeleteEndpointAsync),
        // Nothing that a remote driver says here can reach docker ps (daemon/network.go getEndpointPortMapInfo).
        PluginRoute.For(
            "/NetworkDriver.EndpointOperInfo", DockerJson.Default.EndpointOperInfoRequest, DockerJson.Default.EndpointOperInfoResponse,
            (_, _) => Task.FromResult(new EndpointOperInfoResponse(ImmutableDictionary<string, string>.Empty))),
        PluginRoute.For("/NetworkDriver.Join", DockerJson.Default.JoinRequest, DockerJson.Default.JoinResponse, driver.JoinAsync),
        PluginRoute.For("/NetworkDriver.Leave", DockerJson.Default.LeaveRequest, driver.LeaveAsync),
        PluginRoute.For(
            "/NetworkDriver.ProgramExternalConnectivity", DockerJson.Default.ProgramExternalConnectivityRequest,
            driver.ProgramExternalConnectivityAsync),
        PluginRoute.For(
            "/NetworkDriver.RevokeExternalConnectivity", DockerJson.Default.RevokeExternalConnectivityRequest,
            driver.RevokeExternalConnectivityAsync),
        PluginRoute.For("/NetworkDriver.DiscoverNew", DockerJson.Default.DiscoveryRequest, (_, _) => Task.CompletedTask),
        PluginRoute.For("/NetworkDriver.DiscoverDelete", DockerJson.Default.DiscoveryRequest, (_, _) => Task.CompletedTask),
    ];

    // With a connectivity of global scope the nodes of a swarm tell each other the names of their containers.
    static CapabilitiesResponse Capabilities(DriverScope scope)
    {
        var text = scope == DriverScope.Global ? "global" : "local";
        return new CapabilitiesResponse(text, text, GwAllocChecker: true);
    }
}
