using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Hawser.Docker.Plugin;

/// <summary>The file of a unix socket: made for root only, and taken over from a process that died.</summary>
static class PluginSocket
{
    /// <summary>Makes room for a socket at this path. A live owner, or a file that is no socket, is left alone.</summary>
    public static void Prepare(string path, ILogger logger)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        if (!File.Exists(path))
            return;
        if (!IsSocket(path))
            throw new IOException($"{path} is in the way: it is not a socket");
        if (IsServed(path))
            throw new IOException($"{path} is already served by another process");
        File.Delete(path);
        Log.StaleSocketRemoved(logger, path);
    }

    /// <summary>Between bind and listen nobody can connect, so the mode is in place before the first client.</summary>
    public static Socket Bind(EndPoint endpoint)
    {
        Debug.Assert(OperatingSystem.IsLinux());
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        File.SetUnixFileMode(endpoint.ToString()!, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return socket;
    }

    static bool IsServed(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
        {
            return true; // unix(7): its backlog is full, so somebody listens
        }
    }

    static bool IsSocket(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return false;
        }
        catch (IOException)
        {
            return true; // open(2): ENXIO, the file is a UNIX domain socket
        }
    }
}
