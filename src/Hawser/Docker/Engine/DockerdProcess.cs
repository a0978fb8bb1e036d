using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Hawser.Docker.Engine;

/// <summary>The dockerd of this host, as its command line describes it.</summary>
/// <param name="ConfigFile">Its daemon.json.</param>
/// <param name="Dns">The servers of its flag <c>--dns</c>.</param>
/// <param name="Started">When it started; null if none runs.</param>
sealed record DockerdProcess(string ConfigFile, ImmutableArray<string> Dns, DateTime? Started)
{
    const string PidFile = "/run/docker.pid";
    const string DefaultConfigFile = "/etc/docker/daemon.json";

    /// <summary>Looks for it by its pid file. If it is not found, or runs elsewhere, the defaults are assumed.</summary>
    public static DockerdProcess Find()
    {
        try
        {
            var pid = int.Parse(File.ReadAllText(PidFile).Trim(), CultureInfo.InvariantCulture);
            var line = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline"));
            var arguments = line.Split('\0', StringSplitOptions.RemoveEmptyEntries);
            if (arguments is [var program, ..] && Path.GetFileName(program) == "dockerd")
                return Of(arguments) with { Started = File.GetLastWriteTimeUtc(PidFile) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            // There is no dockerd with a pid file: it may be in another mount namespace, for example.
        }
        return Of([]);
    }

    /// <summary>Reads a command line.</summary>
    public static DockerdProcess Of(IReadOnlyList<string> arguments) =>
        new(Values(arguments, "--config-file").LastOrDefault(DefaultConfigFile), [.. Values(arguments, "--dns")], Started: null);

    static IEnumerable<string> Values(IReadOnlyList<string> arguments, string flag)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].StartsWith(flag + "=", StringComparison.Ordinal)) yield return arguments[i][(flag.Length + 1)..];
            else if (arguments[i] == flag && i + 1 < arguments.Count) yield return arguments[i + 1];
        }
    }
}
