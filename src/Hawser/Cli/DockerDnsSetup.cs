using System.Collections.Immutable;
using System.Net;
using Hawser.Docker.Engine;

namespace Hawser.Cli;

/// <summary>
/// What <c>hawser ovn setup --docker-dns</c> is about to do. Everything is checked first, so that a refusal changes nothing.
/// </summary>
sealed record DockerDnsSetup(string File, WrittenDns Servers, byte[]? Text)
{
    /// <summary>Decides what to do.</summary>
    /// <param name="given">The servers that were given; if empty, the host's own are meant.</param>
    /// <param name="dns">What decides which servers Docker asks now.</param>
    /// <exception cref="AdminException">It cannot be done; the message says what to do instead.</exception>
    public static DockerDnsSetup Plan(ImmutableArray<IPAddress> given, DockerDns dns)
    {
        var file = dns.Dockerd.ConfigFile;
        if (dns.Unreadable is { } error) throw new AdminException($"{error}; nothing is changed");
        if (!dns.Dockerd.Dns.IsEmpty)
        {
            throw new AdminException($"dockerd was started with --dns {string.Join(", ", dns.Dockerd.Dns)}: "
                + $"it asks from the container's namespace already, and does not start with \"dns\" in {file} too; nothing is changed");
        }
        var servers = given.IsEmpty ? dns.Host.Real : given;
        if (servers.IsEmpty)
        {
            throw new AdminException($"{HostServers.ResolvConf} names no server but {Listed(dns.Host.Asked)}, "
                + $"and {HostServers.OfResolved} none that containers could ask; give them: --docker-dns=IP[,IP]");
        }
        var written = new WrittenDns(servers, AreHosts: given.IsEmpty);
        if (dns.InFile is { } found)
        {
            if (found.SequenceEqual(servers)) return new(file, written, Text: null);
            if (dns.Written?.Servers.SequenceEqual(found) != true)
            {
                throw new AdminException($"{file} has \"dns\": {Listed(found)}, which Hawser did not write: names work with it as well; "
                    + $"to have {Listed(servers)} there, remove it first; nothing is changed");
            }
        }
        return new(file, written, DaemonJson.Read(file).With(servers));
    }

    /// <summary>Writes the file, unless it has the servers already.</summary>
    /// <returns>What to tell the user.</returns>
    /// <exception cref="AdminException">The file cannot be written.</exception>
    public IReadOnlyList<string> Apply()
    {
        if (Text is null) return [$"\"dns\" in {File} is {Listed(Servers.Servers)} already"];
        try
        {
            var old = DaemonJson.Replace(File, Text);
            return
            [
                $"\"dns\" in {File} is {Listed(Servers.Servers)}" + (old is null ? "" : $"; the file as it was is {old}"),
                "restart dockerd: systemctl restart docker. Containers are stopped by that, unless live-restore is on: then they run on "
                + "and ask the servers of before until each is restarted itself",
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Linux.LinuxException)
        {
            throw new AdminException($"{File} cannot be written: {e.Message}");
        }
    }

    static string Listed(ImmutableArray<IPAddress> servers) => servers.IsEmpty ? "none" : string.Join(", ", servers);
}
