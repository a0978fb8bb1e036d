using System.Collections.Immutable;
using System.Net;

namespace Hawser.Docker.Engine;

/// <summary>The DNS servers of a host.</summary>
/// <param name="Asked">Those of its resolv.conf, in their order, which Docker takes if it is given no others.</param>
/// <param name="Real">Those that another network namespace can ask, too: none on the host's loopback.</param>
sealed record HostServers(ImmutableArray<IPAddress> Asked, ImmutableArray<IPAddress> Real)
{
    /// <summary>What resolvers read (resolv.conf(5)).</summary>
    public const string ResolvConf = "/etc/resolv.conf";

    /// <summary>Where systemd-resolved lists the servers behind its own on 127.0.0.53.</summary>
    public const string OfResolved = "/run/systemd/resolve/resolv.conf";

    /// <summary>Reads both files. A file that is not there names no server.</summary>
    public static HostServers Read() => Of(TextOf(ResolvConf), TextOf(OfResolved));

    /// <summary>The servers that the texts of both files name.</summary>
    public static HostServers Of(string resolvConf, string ofResolved)
    {
        var asked = Parse(resolvConf);
        var real = asked.Where(IsReal).ToImmutableArray();
        return new(asked, real.IsEmpty ? [.. Parse(ofResolved).Where(IsReal)] : real);
    }

    // A link-local address needs the name of a link, which means nothing in another namespace.
    static bool IsReal(IPAddress server) => !IPAddress.IsLoopback(server) && !server.IsIPv6LinkLocal;

    static ImmutableArray<IPAddress> Parse(string text)
    {
        var servers = ImmutableArray.CreateBuilder<IPAddress>();
        foreach (var line in text.Split('\n'))
        {
            if (line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries) is ["nameserver", var address, ..]
                && IPAddress.TryParse(address, out var server))
                servers.Add(server);
        }
        return servers.DrainToImmutable();
    }

    static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
