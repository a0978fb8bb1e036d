using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Hawser.Docker.Engine;

/// <summary>
/// The few questions that Hawser asks Docker itself. Paths carry no version, so that each engine answers in its
/// newest (29 refuses what 20.10 speaks). Never ask from inside a plugin call: dockerd holds the
/// container's lock then, and an inspect waits for it (moby daemon/start.go, inspect.go).
/// </summary>
public sealed class EngineClient(string socketPath, TimeSpan? deadline = null) : IDisposable
{
    readonly EngineHttp _http = new(socketPath, deadline ?? TimeSpan.FromSeconds(10));

    public Task PingAsync(CancellationToken ct) => _http.GetAsync("/_ping", ct);

    /// <summary>What Docker is.</summary>
    public async Task<EngineVersion> VersionAsync(CancellationToken ct) =>
        await _http.GetAsync("/version", EngineJson.Default.EngineVersion, ct) ?? new EngineVersion();

    /// <summary>The networks of these drivers, each with the endpoints in use on it, which Docker's list leaves out.</summary>
    public async Task<ImmutableArray<EngineNetwork>> NetworksAsync(ImmutableArray<string> drivers, CancellationToken ct)
    {
        var listed = await _http.GetAsync(
            "/networks" + Filters(new() { ["driver"] = [.. drivers] }), EngineJson.Default.EngineNetworkArray, ct) ?? [];
        var networks = ImmutableArray.CreateBuilder<EngineNetwork>(listed.Length);
        foreach (var network in listed)
            if (await FindNetworkAsync(network.Id, ct) is { } found)
                networks.Add(found);
        return networks.DrainToImmutable();
    }

    /// <summary>The managed plugins.</summary>
    public async Task<ImmutableArray<EnginePlugin>> PluginsAsync(CancellationToken ct) =>
        [.. await _http.GetAsync("/plugins", EngineJson.Default.EnginePluginArray, ct) ?? []];

    /// <summary>The running containers. Safe at any time: dockerd lists from a snapshot, without its locks.</summary>
    public async Task<ImmutableArray<EngineContainer>> ContainersAsync(CancellationToken ct) =>
        [.. await _http.GetAsync("/containers/json", EngineJson.Default.EngineContainerArray, ct) ?? []];

    /// <summary>All containers, also those that do not run.</summary>
    public async Task<ImmutableArray<EngineContainer>> AllContainersAsync(CancellationToken ct) =>
        [.. await _http.GetAsync("/containers/json?all=1", EngineJson.Default.EngineContainerArray, ct) ?? []];

    /// <summary>A container with what it asks for, or null if there is none with this id.</summary>
    public Task<EngineContainerDetails?> InspectContainerAsync(string id, CancellationToken ct) =>
        NullIfAbsentAsync(_http.GetAsync(
            $"/containers/{Uri.EscapeDataString(id)}/json", EngineJson.Default.EngineContainerDetails, ct));

    /// <summary>Makes a network and returns its id. Docker calls the plugin before it answers.</summary>
    public async Task<string> CreateNetworkAsync(EngineNetworkCreate network, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(network, EngineJson.Default.EngineNetworkCreate);
        var created = await _http.PostAsync("/networks/create", body, EngineJson.Default.EngineNetworkCreated, ct);
        return created is { Id.Length: > 0 }
            ? created.Id
            : throw new EngineException($"Docker made the network {network.Name} without telling its id", status: null);
    }

    /// <summary>Events from now on. When the connection ends, it throws an EngineException: ask for everything again, then go on.</summary>
    public async IAsyncEnumerable<EngineEvent> EventsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var path = "/events" + Filters(new() { ["type"] = ["network", "container", "daemon"] });
        await foreach (var happened in _http.StreamAsync(path, EngineJson.Default.EngineEvent, ct))
            yield return happened;
    }

    public void Dispose() => _http.Dispose();

    Task<EngineNetwork?> FindNetworkAsync(string id, CancellationToken ct) =>
        NullIfAbsentAsync(_http.GetAsync($"/networks/{Uri.EscapeDataString(id)}", EngineJson.Default.EngineNetwork, ct));

    static async Task<T?> NullIfAbsentAsync<T>(Task<T?> question) where T : class
    {
        try
        {
            return await question;
        }
        catch (EngineException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    static string Filters(Dictionary<string, string[]> filters) =>
        "?filters=" + Uri.EscapeDataString(JsonSerializer.Serialize(filters, EngineJson.Default.DictionaryStringStringArray));
}
