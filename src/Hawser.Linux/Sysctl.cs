using System.Text;

namespace Hawser.Linux;

/// <summary>Kernel settings under /proc/sys.</summary>
/// <remarks>A key is given in segments, for a link's name may hold dots: <c>"net", "ipv4", "conf", "br0.100", "forwarding"</c>.</remarks>
public static class Sysctl
{
    // A container's own /proc/sys cannot be written; the image has a place for the host's to be mounted at.
    const string Mounted = "/host/proc/sys";
    static readonly string Root = Directory.Exists(Path.Combine(Mounted, "net", "ipv4")) ? Mounted : "/proc/sys";

    /// <summary><c>sysctl -n KEY</c></summary>
    /// <param name="key">The key's segments.</param>
    /// <returns>The value without its line end, or null if the kernel has no such setting.</returns>
    public static string? Read(params ReadOnlySpan<string> key)
    {
        try
        {
            return File.ReadAllText(PathOf(key)).TrimEnd('\n');
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary><c>sysctl -w KEY=VALUE</c></summary>
    /// <param name="value">The new value.</param>
    /// <param name="key">The key's segments.</param>
    public static void Write(string value, params ReadOnlySpan<string> key)
    {
        // Open, not Create: a setting that is missing must be told as such, not as a refusal to make a file in /proc.
        using var file = File.OpenHandle(PathOf(key), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, Encoding.ASCII.GetBytes(value), 0);
    }

    static string PathOf(ReadOnlySpan<string> key)
    {
        foreach (var segment in key)
        {
            if (segment is "" or "." or ".." || segment.Contains('/'))
            {
                throw new ArgumentException($"'{segment}' is not a segment of a sysctl key", nameof(key));
            }
        }

        return $"{Root}/{string.Join('/', key!)}";
    }
}
