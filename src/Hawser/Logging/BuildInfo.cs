namespace Hawser.Logging;

/// <summary>What this build is.</summary>
static class BuildInfo
{
    /// <summary>The version, as <c>hawser version</c> prints it.</summary>
    public static string Version { get; } = typeof(BuildInfo).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
