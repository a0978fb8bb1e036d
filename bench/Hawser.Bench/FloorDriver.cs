using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hawser.Linux;

namespace Hawser.Bench;

/// <summary>
/// A network driver that hands Docker a veth pair and does nothing else: no switch, no state, no rules. What
/// <c>docker run</c> takes with it is what dockerd needs for a network of any plugin, its DNS server included.
/// </summary>
sealed class FloorDriver : IDisposable
{
    /// <summary>What Docker knows the driver by.</summary>
    public const string Name = "floor";

    const string Path = $"/run/docker/plugins/{Name}.sock";
    // Any group that nothing else uses.
    const uint Doomed = 0x666c6f6f;

    readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly RouteNetlink _routes = new();
    readonly Lock _links = new();
    readonly ConcurrentDictionary<string, string> _pairs = [];

    public FloorDriver()
    {
        File.Delete(Path);
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(16);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>Deletes the pairs of endpoints that are gone: a driver need not do so before it answers.</summary>
    public void Sweep()
    {
        lock (_links) _routes.DeleteLinks([.. _routes.DumpLinks().Where(l => l.Alias == Name && l.Kind == "veth" && !_pairs.Values.Contains(l.Name)).Select(l => l.Index)], Doomed);
    }

    public void Dispose()
    {
        _listener.Dispose();
        Sweep();
        _routes.Dispose();
        File.Delete(Path);
    }

    void Accept()
    {
        try
        {
            while (true)
            {
                var connection = _listener.Accept();
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    void Serve(Socket connection)
    {
        using var stream = new NetworkStream(connection, ownsSocket: true);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        while (reader.ReadLine() is { } request)
        {
            var length = 0;
            while (reader.ReadLine() is { Length: > 0 } header)
            {
                if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) length = int.Parse(header.AsSpan("Content-Length:".Length), System.Globalization.CultureInfo.InvariantCulture);
            }
            var body = new char[length];
            reader.ReadBlock(body);
            var answer = Answer(request.Split(' ')[1], new string(body));
            stream.Write(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.plugins.v1.2+json\r\nContent-Length: {answer.Length}\r\n\r\n{answer}"));
        }
    }

    string Answer(string method, string body) => method switch
    {
        "/Plugin.Activate" => """{"Implements":["NetworkDriver"]}""",
        "/NetworkDriver.GetCapabilities" => """{"Scope":"local"}""",
        "/NetworkDriver.CreateEndpoint" => Make(EndpointOf(body)),
        "/NetworkDriver.Join" => $$"""{"InterfaceName":{"SrcName":"fc{{EndpointOf(body)[..10]}}","DstPrefix":"eth"},"DisableGatewayService":true}""",
        "/NetworkDriver.DeleteEndpoint" => Forget(EndpointOf(body)),
        _ => "{}",
    };

    string Make(string endpoint)
    {
        var name = _pairs[endpoint] = $"fp{endpoint[..10]}";
        lock (_links) _routes.AddVeth(new VethSpec { Name = name, PeerName = $"fc{endpoint[..10]}", Alias = Name });
        return """{"Interface":{"MacAddress":"02:42:0a:00:00:02"}}""";
    }

    string Forget(string endpoint)
    {
        _pairs.TryRemove(endpoint, out _);
        return "{}";
    }

    static string EndpointOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("EndpointID").GetString()!;
    }
}
