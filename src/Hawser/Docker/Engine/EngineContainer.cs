using System.Collections.Immutable;
using System.Text.Json;

namespace Hawser.Docker.Engine;

/// <summary>A line of GET /containers/json. Names begin with a slash.</summary>
public sealed record EngineContainer(
    string Id,
    string[]? Names = null,
    string State = "",
    EngineNetworkSettings? NetworkSettings = null);

/// <summary>GET /containers/{id}/json.</summary>
public sealed record EngineContainerDetails(
    string Id,
    string Name = "",
    EngineContainerState? State = null,
    EngineHostConfig? HostConfig = null,
    EngineContainerConfig? Config = null,
    EngineNetworkSettings? NetworkSettings = null)
{
    /// <summary>
    /// "80/tcp" and where the user asked for it to be published. --publish-all asks for each exposed port that is not
    /// named itself. (NetworkSettings.Ports is empty for remote drivers.)
    /// </summary>
    public IEnumerable<(string Port, EnginePortBinding Binding)> Published
    {
        get
        {
            var named = HostConfig?.PortBindings ?? ImmutableDictionary<string, EnginePortBinding[]?>.Empty;
            var exposed = HostConfig is { PublishAllPorts: true } ? Config?.ExposedPorts?.Keys ?? [] : [];
            return named.SelectMany(n => (n.Value ?? []).Select(binding => (n.Key, binding)))
                .Concat(exposed
                    .Where(port => named.GetValueOrDefault(port) is not { Length: > 0 })
                    .Select(port => (port, new EnginePortBinding())));
        }
    }
}

/// <summary>ExposedPorts: "80/tcp" → nothing, of the image and of --expose.</summary>
public sealed record EngineContainerConfig(IReadOnlyDictionary<string, JsonElement>? ExposedPorts = null);

public sealed record EngineContainerState(string Status = "", bool Running = false, int Pid = 0);

/// <summary>PortBindings: "80/tcp" → where it is published; null where no host port was named.</summary>
public sealed record EngineHostConfig(
    IReadOnlyDictionary<string, EnginePortBinding[]?>? PortBindings = null,
    bool PublishAllPorts = false,
    string NetworkMode = "");

/// <summary>HostPort is text: "", "8080" or "8080-8090".</summary>
public sealed record EnginePortBinding(string HostIp = "", string HostPort = "");

/// <summary>Attachments by network name, and the file of the container's network namespace: empty if it has none of its own.</summary>
public sealed record EngineNetworkSettings(IReadOnlyDictionary<string, EngineAttachment?>? Networks = null, string SandboxKey = "");

public sealed record EngineAttachment(
    string NetworkID = "",
    string EndpointID = "",
    string IPAddress = "",
    int IPPrefixLen = 0,
    string GlobalIPv6Address = "",
    int GlobalIPv6PrefixLen = 0,
    string MacAddress = "",
    string Gateway = "",
    string IPv6Gateway = "",
    IReadOnlyDictionary<string, string>? DriverOpts = null,
    string[]? Aliases = null,
    string[]? DNSNames = null)
{
    /// <summary>All names that Docker's own resolver answers for. Since 25.0 they are in a list of their own.</summary>
    public IEnumerable<string> Names => (Aliases ?? []).Concat(DNSNames ?? []).Distinct(StringComparer.Ordinal);
}
