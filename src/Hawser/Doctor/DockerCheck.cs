using Hawser.Docker.Engine;
using Hawser.Linux;

namespace Hawser.Doctor;

/// <summary>Checks Docker, and where it finds the drivers.</summary>
static class DockerCheck
{
    // rw-------
    const int OwnersAlone = 0x180;
    static readonly Version Oldest = new(20, 10);
    // moby's issue 42119 was seen on 20.10.24, and not on 26.1.5; the versions between were not tried.
    static readonly Version FirstSeenToCount = new(26, 1, 5);
    static readonly Version FirstCrashing = new(29, 0, 0);
    static readonly Version FirstMended = new(29, 0, 3);

    /// <summary>What is known about a version.</summary>
    /// <param name="version">As Docker reports it, such as "20.10.24+dfsg1".</param>
    public static Finding OfVersion(string version)
    {
        if (Parse(version) is not { } parsed) return Finding.Warning("Docker", $"its version \"{version}\" cannot be read");
        if (parsed >= FirstCrashing && parsed < FirstMended)
        {
            return Finding.Broken("Docker", $"version {version} crashes with any remote network driver",
                $"upgrade Docker to {FirstMended} or newer");
        }
        if (parsed < Oldest)
        {
            return Finding.Warning("Docker", $"version {version} is older than {Oldest}, the oldest that Hawser is tested with",
                "upgrade Docker");
        }
        if (parsed < FirstSeenToCount)
        {
            return Finding.Ok("Docker",
                $"version {version}; it may miscount the endpoints of a network when many containers leave it at once, "
                + $"and then refuses to remove it until Docker is restarted; {FirstSeenToCount} does not");
        }
        return Finding.Ok("Docker", $"version {version}");
    }

    /// <summary>The numbers of a version; null where there are none, as in "dev".</summary>
    public static Version? Parse(string version)
    {
        var digits = new string([.. version.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]).TrimEnd('.');
        return Version.TryParse(digits, out var parsed) ? parsed : null;
    }

    /// <summary>Checks the sockets of an installation that is no managed plugin.</summary>
    /// <param name="files">Where they should be.</param>
    public static IEnumerable<Finding> OfSockets(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            if (!File.Exists(file))
            {
                yield return Finding.Broken("Socket", $"{file} does not exist: Docker waits 15 s for it and then gives up",
                    "start the daemon: systemctl start hawser");
                continue;
            }
            var (owner, mode) = FilePermissions.Of(file);
            if (owner != 0 || (mode & ~OwnersAlone) != 0)
            {
                yield return Finding.Warning("Socket",
                    $"{file} is not root's alone: owner {owner}, mode {Convert.ToString(mode, 8)}; "
                    + "who writes there rules this host's network",
                    $"chown root {file}; chmod 600 {file}");
            }
            else
            {
                yield return Finding.Ok("Socket", $"{file}, root's alone");
            }
        }
    }

    /// <summary>Checks the managed plugins that are Hawser.</summary>
    public static IEnumerable<Finding> OfPlugins(IEnumerable<EnginePlugin> plugins) => plugins.Select(p => p.Enabled
        ? Finding.Ok("Plugin", $"{p.Name} is enabled; networks name the driver with its tag: docker network create -d {p.Name}")
        : Finding.Broken("Plugin", $"{p.Name} is disabled: none of its networks can be used", $"docker plugin enable {p.Name}"));
}
