using System.Collections.Immutable;
using System.Net;
using Hawser.Ovsdb;

namespace Hawser.Docker.Engine;

/// <summary>All that decides which servers Docker's resolver asks, and from where.</summary>
sealed record DockerDns
{
    /// <summary>The host's dockerd.</summary>
    public required DockerdProcess Dockerd { get; init; }

    /// <summary>The host's own servers.</summary>
    public required HostServers Host { get; init; }

    /// <summary>"dns" of daemon.json; null where it is not there.</summary>
    public ImmutableArray<IPAddress>? InFile { get; init; }

    /// <summary>Why daemon.json cannot be read.</summary>
    public string? Unreadable { get; init; }

    /// <summary>Whether daemon.json was changed after dockerd read it.</summary>
    public bool IsPending { get; init; }

    /// <summary>What Hawser wrote.</summary>
    public WrittenDns? Written { get; init; }

    /// <summary>Reads all of it from the host.</summary>
    public static DockerDns Read(Snapshot vswitch)
    {
        var found = new DockerDns { Dockerd = DockerdProcess.Find(), Host = HostServers.Read(), Written = WrittenDns.Read(vswitch) };
        try
        {
            var file = found.Dockerd.ConfigFile;
            return found with
            {
                InFile = DaemonJson.Read(file).Dns,
                IsPending = found.Dockerd.Started is { } started && File.Exists(file) && File.GetLastWriteTimeUtc(file) > started,
            };
        }
        catch (FormatException e)
        {
            return found with { Unreadable = e.Message };
        }
    }
}
