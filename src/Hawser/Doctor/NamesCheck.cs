using System.Net;
using Hawser.Docker.Engine;

namespace Hawser.Doctor;

/// <summary>
/// Checks whether OVN can answer for the names of containers on other hosts. It answers questions that cross a logical switch, so
/// Docker's resolver must ask from the container's network namespace. Every version asks servers that Docker was given from there.
/// Only versions before 28 ask those of the host's resolv.conf from there, and no version those on the host's loopback.
/// </summary>
static class NamesCheck
{
    const string Here = "Names";
    const string Ways = "`hawser ovn setup --docker-dns` gives Docker the host's servers; "
        + "or give some with `docker run --dns`, with `dns:` in compose, or as \"dns\" in daemon.json";
    const string NotSeen = "OVN does not see the question, and names of containers on other hosts are not found";
    static readonly Version FirstAskingFromTheHost = new(28, 0);

    /// <summary>The finding.</summary>
    /// <param name="engine">Docker's version, as its API reports it; null if it does not answer.</param>
    /// <param name="dns">What decides which servers Docker asks.</param>
    public static Finding Of(string? engine, DockerDns dns)
    {
        if (dns.Unreadable is { } error) return Finding.Warning(Here, error, "mend it: dockerd does not start with it");
        if (!dns.Dockerd.Dns.IsEmpty)
            return Finding.Ok(Here, $"Docker asks {string.Join(", ", dns.Dockerd.Dns)} (dockerd --dns), from the container's namespace");
        if (dns.InFile is { IsEmpty: false } given) return OfGiven([.. given], dns);
        return OfHosts(engine, dns.Host);
    }

    static Finding OfGiven(IPAddress[] given, DockerDns dns)
    {
        var file = dns.Dockerd.ConfigFile;
        var list = string.Join(", ", (IEnumerable<IPAddress>)given);
        if (given.All(IPAddress.IsLoopback))
        {
            return Finding.Warning(Here, $"\"dns\" in {file} is {list}, which is the container's own loopback: nobody answers there",
                "name servers that containers can reach");
        }
        if (dns.Written is { AreHosts: true } written && written.Servers.SequenceEqual(given)
            && !dns.Host.Real.IsEmpty && !dns.Host.Real.SequenceEqual(given))
        {
            var now = string.Join(", ", dns.Host.Real);
            return Finding.Warning(Here, $"\"dns\" in {file} is {list}, as the host's servers were; now they are {now}",
                "`hawser ovn setup --docker-dns` writes them anew; then restart dockerd");
        }
        if (dns.IsPending)
        {
            return Finding.Warning(Here, $"{file} was changed since dockerd started: \"dns\" is in force after the next start",
                "systemctl restart docker");
        }
        return Finding.Ok(Here, $"Docker asks {list} (\"dns\" in {file}), from the container's namespace");
    }

    static Finding OfHosts(string? engine, HostServers host)
    {
        if (host.Asked is not [var first, ..])
            return Finding.Warning(Here, $"{HostServers.ResolvConf} names no server, so no question leaves a container: {NotSeen}", Ways);
        if (IPAddress.IsLoopback(first))
            return Finding.Warning(Here, $"Docker asks {first}, on this host's loopback, from the host's namespace: {NotSeen}", Ways);
        var since = FirstAskingFromTheHost.Major;
        if (engine is null)
        {
            return Finding.Warning(Here,
                $"Docker does not say its version; from {since} on it asks {first} from the host's namespace: {NotSeen}", Ways);
        }
        return DockerCheck.Parse(engine) >= FirstAskingFromTheHost
            ? Finding.Warning(Here, $"Docker {engine} asks {first} from the host's namespace: {NotSeen}", Ways)
            : Finding.Ok(Here, $"Docker {engine} asks {first} from the container's namespace; Docker {since} will not, unless it is given");
    }
}
