namespace Hawser.Linux;

/// <summary>Where programs are.</summary>
internal static class SearchPath
{
    /// <summary>The program's file, or null if it is not installed.</summary>
    public static string? Find(string program)
    {
        // A service's PATH may lack the sbin folders, and that is where iptables is.
        var folders = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin:/usr/bin:/bin";
        return folders.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
    }
}
