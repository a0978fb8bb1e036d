namespace Hawser.Tests.Servers;

/// <summary>
/// How the tests start hawser: the binary that HAWSER_BIN names, or what was built with the tests. The binary is compiled ahead
/// of time and takes half as long to start.
/// </summary>
static class HawserProgram
{
    /// <summary>Arguments of <c>env</c>.</summary>
    public static IReadOnlyList<string> Command { get; } = Environment.GetEnvironmentVariable("HAWSER_BIN") is { Length: > 0 } binary
        ? [Path.GetFullPath(binary)]
        : [.. QuickCompilation, Environment.ProcessPath ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "hawser.dll")];

    // hawser lives for days and has its code optimised at once; in a test of two seconds the compiler takes most of them.
    static string[] QuickCompilation => ["DOTNET_TieredCompilation=1", "DOTNET_TieredPGO=0"];
}
