using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hawser.Ovsdb;

/// <summary>Where a server listens, in the notation of ovsdb(7): <c>unix:/path</c>, <c>tcp:host:port</c>, <c>ssl:host:port</c>.</summary>
public sealed record OvsdbEndpoint
{
    const string Allowed = "allowed are unix:/path, tcp:host:port and ssl:host:port, an IPv6 address in brackets";

    OvsdbEndpoint(OvsdbTransport transport, string address, int port) =>
        (Transport, Address, Port) = (transport, address, port);

    /// <summary>The kind of connection.</summary>
    public OvsdbTransport Transport { get; }

    /// <summary>The path of a unix socket, else the host name or address, without brackets.</summary>
    public string Address { get; }

    /// <summary>The TCP port; 0 for a unix socket.</summary>
    public int Port { get; }

    /// <summary>Reads one endpoint.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static OvsdbEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        var colon = trimmed.IndexOf(':', StringComparison.Ordinal);
        var rest = trimmed[(colon + 1)..];
        return (colon < 0 ? "" : trimmed[..colon]) switch
        {
            "unix" => ParsePath(text, rest),
            "tcp" => ParseHost(text, OvsdbTransport.Tcp, rest),
            "ssl" => ParseHost(text, OvsdbTransport.Ssl, rest),
            _ => throw Refused(text, "it names no known transport"),
        };
    }

    /// <summary>Reads a comma-separated list, as for the members of a cluster.</summary>
    /// <exception cref="FormatException">The text is empty, or an element is no endpoint.</exception>
    public static ImmutableArray<OvsdbEndpoint> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',').Select(Parse)];
    }

    /// <summary>The endpoint in the notation that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Transport switch
    {
        OvsdbTransport.Unix => $"unix:{Address}",
        OvsdbTransport.Tcp => $"tcp:{HostAndPort}",
        _ => $"ssl:{HostAndPort}",
    };

    string HostAndPort => Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]:{Port}" : $"{Address}:{Port}";

    static OvsdbEndpoint ParsePath(string text, string path)
    {
        const int LongestPath = 107; // sockaddr_un.sun_path, less the final NUL (unix(7))
        if (!path.StartsWith('/'))
            throw Refused(text, "its path is not absolute");
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
            throw Refused(text, $"its path is longer than {LongestPath} bytes");
        return new(OvsdbTransport.Unix, path, 0);
    }

    static OvsdbEndpoint ParseHost(string text, OvsdbTransport transport, string rest)
    {
        var colon = rest.LastIndexOf(':');
        if (colon < 0)
            throw Refused(text, "it names no port");
        if (!ushort.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            throw Refused(text, "its port is not a number from 1 to 65535");
        return new(transport, ParseHostName(text, rest[..colon]), port);
    }

    static string ParseHostName(string text, string host)
    {
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            return IPAddress.TryParse(host[1..^1], out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
                ? host[1..^1]
                : throw Refused(text, "what is in brackets is no IPv6 address");
        }
        if (host.Contains(':', StringComparison.Ordinal))
            throw Refused(text, "an IPv6 address needs brackets");
        return Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4
            ? host
            : throw Refused(text, "it names no host");
    }

    static FormatException Refused(string text, string reason) => new($"\"{text}\" is no OVSDB endpoint: {reason}; {Allowed}.");
}
