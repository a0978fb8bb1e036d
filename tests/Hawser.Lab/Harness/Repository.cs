namespace Hawser.Lab.Harness;

/// <summary>The clone of the repository that the tests are of.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Where lab/host keeps its hosts.</summary>
    public static string Lab { get; } =
        Environment.GetEnvironmentVariable("HAWSER_LAB_DIR") is { Length: > 0 } folder ? folder : Path.Combine(Root, ".lab");

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hawser.slnx"))) return folder.FullName;
        }
        throw new LabException($"no Hawser.slnx above {AppContext.BaseDirectory}");
    }
}
