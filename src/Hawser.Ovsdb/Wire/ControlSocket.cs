using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>The control socket of one of Open vSwitch's daemons, as <c>ovs-appctl</c> uses it: JSON-RPC on a Unix socket.</summary>
public sealed class ControlSocket : IAsyncDisposable
{
    readonly string _name;
    readonly NetworkStream _stream;
    readonly PipeReader _reader;
    readonly JsonFraming _framing;

    ControlSocket(string name, NetworkStream stream)
    {
        _name = name;
        _stream = stream;
        _reader = PipeReader.Create(stream);
        _framing = new JsonFraming(_reader);
    }

    /// <summary>Connects to a daemon.</summary>
    /// <param name="folder">Where its files are, such as <c>/run/openvswitch</c>.</param>
    /// <param name="daemon">Its name, such as <c>ovs-vswitchd</c>.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="OvsdbConnectionException">It does not run there, or may not be asked.</exception>
    public static async Task<ControlSocket> ConnectAsync(string folder, string daemon, CancellationToken ct)
    {
        var name = $"control socket of {daemon} in {folder}";
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // The daemon's process id is a part of the socket's name: unixctl_server_create() of lib/unixctl.c.
            var pid = (await File.ReadAllTextAsync(Path.Combine(folder, $"{daemon}.pid"), ct).ConfigureAwait(false)).Trim();
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(folder, $"{daemon}.{pid}.ctl")), ct).ConfigureAwait(false);
            return new ControlSocket(name, new NetworkStream(socket, ownsSocket: true));
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            throw new OvsdbConnectionException(name, e.Message, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary><c>ovs-appctl COMMAND ARGUMENTS</c></summary>
    /// <returns>What the daemon prints.</returns>
    /// <exception cref="OvsdbException">It refuses, or goes.</exception>
    public async Task<string> RunAsync(string command, IEnumerable<string> arguments, CancellationToken ct)
    {
        JsonElement? reply;
        try
        {
            await _stream.WriteAsync(Request(command, arguments), ct).ConfigureAwait(false);
            reply = await _framing.ReadAsync(ct).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new OvsdbConnectionException(_name, e.Message, e);
        }
        if (reply is not { ValueKind: JsonValueKind.Object } answer) throw new OvsdbConnectionException(_name, "it was closed");
        if (answer.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.String) return result.GetString()!;
        var reason = answer.TryGetProperty("error", out var error) ? error : answer;
        throw new OvsdbProtocolException($"{command} was refused: {reason}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _reader.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    static ReadOnlyMemory<byte> Request(string command, IEnumerable<string> arguments)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", 0);
            writer.WriteString("method", command);
            writer.WriteStartArray("params");
            foreach (var argument in arguments) writer.WriteStringValue(argument);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
