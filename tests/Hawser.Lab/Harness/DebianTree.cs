namespace Hawser.Lab.Harness;

/// <summary>The Debian trees that lab hosts run.</summary>
static class DebianTree
{
    /// <summary>This machine itself, Debian 12.</summary>
    public const string OfMachine = "/";

    /// <summary>The tree of all hosts that name no other: HAWSER_LAB_ROOTFS, or else this machine.</summary>
    public static string OfSuite { get; } =
        Environment.GetEnvironmentVariable("HAWSER_LAB_ROOTFS") is { Length: > 0 } tree ? Path.GetFullPath(tree) : OfMachine;

    /// <summary>The tree of another release. It is built if it is not there.</summary>
    public static async Task<string> OfAsync(string release)
    {
        var script = Path.Combine(Repository.Root, "lab", "tree");
        (await Shell.RunAsync(script, [release], $"lab/tree {release}", TimeSpan.FromMinutes(10))).OrFail();
        return Path.GetFullPath(Path.Combine(Repository.Lab, $"_{release}"));
    }
}
