using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Hawser.Tests.Architecture;

/// <summary>Which folder of src uses which, as docs/architecture.md draws it: layers point one way, and namespaces are folders.</summary>
public sealed partial class ArrowTests
{
    /// <summary>Each folder with those that it uses, all of them listed before it: there is no circle.</summary>
    static readonly (string Folder, string[] Uses)[] Program =
    [
        ("Logging", []),
        ("State", ["Logging"]),
        ("Ovn", ["Logging", "State"]),
        ("Apply", ["Logging", "Ovn", "State"]),
        ("Converge", ["Apply", "Logging", "State"]),
        ("Tunnels", ["Apply", "Logging"]),
        ("Docker.Engine", []),
        ("Docker.Plugin", ["Docker.Engine"]),
        ("Docker", ["Apply", "Converge", "Docker.Engine", "Docker.Plugin", "Logging", "Ovn", "State"]),
        ("Witness", ["Apply", "Converge", "Docker", "Docker.Engine", "Docker.Plugin", "Logging", "Ovn", "State"]),
        ("Admin", ["Apply", "Converge", "Docker", "Docker.Engine", "Docker.Plugin", "Logging", "Ovn", "State", "Witness"]),
        ("Doctor", ["Admin", "Docker.Engine"]),
        ("Hosting", ["Admin", "Apply", "Converge", "Docker", "Docker.Engine", "Docker.Plugin", "Logging", "Ovn", "State", "Tunnels", "Witness"]),
        ("Cli", ["Admin", "Docker", "Docker.Engine", "Doctor", "Hosting", "Logging", "Ovn", "State"]),
        ("", ["Cli", "Docker.Plugin", "Logging"]),
    ];

    static readonly (string Folder, string[] Uses)[] Core =
    [
        // What stands in the project's own folder, all others see.
        ("", []),
        ("Tables", []),
        ("Options", []),
        ("Intent", ["Options"]),
        ("Ipam", ["Intent"]),
        ("Plan", ["Intent", "Ipam", "Options", "Tables"]),
    ];

    public static TheoryData<string> Projects => ["Hawser", "Hawser.Core"];

    static string Source([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src"));

    static IEnumerable<string> Files(string project) => Directory.EnumerateFiles(Path.Combine(Source(), project), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    // "Docker.Plugin" of src/Hawser/Docker/Plugin/PluginRpc.cs.
    static string FolderOf(string project, string file) =>
        Path.GetRelativePath(Path.Combine(Source(), project), Path.GetDirectoryName(file)!).Replace('/', '.').TrimStart('.');

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_are_folders(string project) => Files(project)
        .Where(file => NamespaceLine().Match(File.ReadAllText(file)) is { Success: true } declared
            && declared.Groups[1].Value != $"{project}.{FolderOf(project, file)}".TrimEnd('.'))
        .ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_use_each_other_as_drawn(string project)
    {
        var drawn = project == "Hawser" ? Program : Core;
        foreach (var (folder, uses) in drawn)
        {
            var found = Files(project).Where(file => FolderOf(project, file) == folder).SelectMany(file => UsesOf(project, file)).Distinct();
            string.Join(", ", found.Order(StringComparer.Ordinal)).ShouldBe(string.Join(", ", uses), $"what {project}/{folder} uses");
        }
        Files(project).Select(file => FolderOf(project, file)).Distinct().ShouldBe(drawn.Select(d => d.Folder), ignoreOrder: true);
    }

    [Fact]
    public void No_arrow_leads_back()
    {
        foreach (var drawn in new[] { Program, Core })
        {
            foreach (var (place, (folder, uses)) in drawn.Index())
                uses.Except(drawn.Take(place).Select(d => d.Folder)).ShouldBeEmpty($"{folder} uses what comes after it");
        }
    }

    // Usings that are not needed are errors, so these are the arrows. A folder within another sees that one without a using.
    static IEnumerable<string> UsesOf(string project, string file)
    {
        var text = File.ReadAllText(file);
        foreach (Match line in UsingLine().Matches(text))
        {
            var name = line.Groups[1].Value;
            if (name.StartsWith(project + '.', StringComparison.Ordinal) && !IsOfAnotherProject(project, name)) yield return name[(project.Length + 1)..];
        }
        if (FolderOf(project, file).Split('.') is not [var outer, _]) yield break;
        var types = Directory.EnumerateFiles(Path.Combine(Source(), project, outer), "*.cs").Select(Path.GetFileNameWithoutExtension);
        if (types.Any(type => Regex.IsMatch(text, $@"(?<=^|[ (<!]){type}[ .(>?]", RegexOptions.Multiline))) yield return outer;
    }

    // What a project refers to is fenced by its project file. This one's name is the beginning of theirs.
    static bool IsOfAnotherProject(string project, string name) => project == "Hawser"
        && new[] { "Hawser.Core", "Hawser.Ovsdb", "Hawser.Linux" }.Any(other => name == other || name.StartsWith(other + '.', StringComparison.Ordinal));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (Hawser[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
