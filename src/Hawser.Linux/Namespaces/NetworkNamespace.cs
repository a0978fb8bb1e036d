using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>A container's network namespace: what is done inside goes through sockets that were opened there.</summary>
public sealed class NetworkNamespace : IDisposable
{
    readonly string _path;
    readonly NamespaceDoor _door;

    NetworkNamespace(string path, NamespaceDoor door, SafeFileHandle file) => (_path, _door, Handle) = (path, door, file);

    /// <summary>The descriptor of its file.</summary>
    internal SafeFileHandle Handle { get; }

    /// <summary>Opens a namespace by its file, such as Docker's <c>/run/docker/netns/0123456789ab</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="door">Opens the sockets.</param>
    /// <exception cref="IOException">There is no such file, or it is no namespace any more: its container has ended.</exception>
    public static NetworkNamespace Open(string path, NamespaceDoor door)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        // For a moment, what Docker mounted a namespace on is a file like any other.
        if (FileSystems.IsNamespace(path)) return new(path, door, file);
        file.Dispose();
        throw new FileNotFoundException($"{path} is no namespace");
    }

    /// <summary>Closes its file. Sockets that were made in it stay open.</summary>
    public void Dispose() => Handle.Dispose();

    /// <summary>Links, addresses and routes of the namespace.</summary>
    /// <exception cref="LinuxException">The door cannot open sockets there; the message says why.</exception>
    public RouteNetlink OpenRoutes() => new(_door.Open(_path, NamespaceOpening.Routes));

    /// <summary><c>ethtool -K LINK tx on|off</c></summary>
    /// <param name="link">The link's name in the namespace.</param>
    /// <param name="on">Whether the link may leave checksums to whoever receives the packet.</param>
    public void SetTxChecksumOffload(string link, bool on)
    {
        using var socket = _door.Open(_path, NamespaceOpening.Ethtool);
        Ethtool.SetTxChecksumOffload(socket, link, on);
    }

    /// <summary>Lets a link have IPv6 addresses: Docker forbids it in containers whose networks have none.</summary>
    /// <param name="link">The link's name in the namespace.</param>
    public void AllowIPv6(string link)
    {
        using var setting = _door.Open(_path, NamespaceOpening.IPv6Of(link));
        RandomAccess.Write(setting, "0"u8, 0);
    }
}
