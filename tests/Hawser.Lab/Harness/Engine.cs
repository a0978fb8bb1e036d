using System.Net.Sockets;
using System.Text.Json;

namespace Hawser.Lab.Harness;

/// <summary>
/// Docker's API on a lab host, for what is no test's subject: each run of the command line's program costs a tenth of a second of a
/// processor.
/// </summary>
sealed class Engine(string host)
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // The host's first process is another one after a reboot.
    string SocketPath => $"/proc/{File.ReadAllText(Path.Combine(Repository.Lab, host, "init.pid")).Trim()}/root/run/docker.sock";

    /// <summary>The first process of a container, as the host counts processes.</summary>
    /// <exception cref="LabException">There is no such container, or it does not run.</exception>
    public async Task<int> FirstProcessAsync(string container)
    {
        var state = (await SendAsync(HttpMethod.Get, $"/containers/{container}/json")).GetProperty("State");
        return state.GetProperty("Pid").GetInt32() is > 0 and var pid ? pid : throw new LabException($"container {container} does not run");
    }

    public async Task RemoveContainersAsync()
    {
        var containers = (await SendAsync(HttpMethod.Get, "/containers/json?all=1")).EnumerateArray();
        await Task.WhenAll(containers.Select(c => SendAsync(HttpMethod.Delete, $"/containers/{c.GetProperty("Id")}?force=1")));
    }

    /// <summary>Removes all networks but Docker's own.</summary>
    public async Task RemoveNetworksAsync()
    {
        foreach (var network in (await SendAsync(HttpMethod.Get, """/networks?filters={"type":["custom"]}""")).EnumerateArray())
            await SendAsync(HttpMethod.Delete, $"/networks/{network.GetProperty("Id")}");
    }

    async Task<JsonElement> SendAsync(HttpMethod method, string path)
    {
        // A client for each request: dockerd and the host may be others by the next one.
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri("http://docker"), Timeout = Deadline };
        using var request = new HttpRequestMessage(method, path);
        try
        {
            using var response = await client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (!response.IsSuccessStatusCode) throw new LabException($"{method} {path} on {host}: {(int)response.StatusCode} {text}");
            return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            throw new LabException($"{method} {path} on {host}: {e.Message}", e);
        }
    }

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
