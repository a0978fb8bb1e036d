using Hawser.Tests.Documentation;

namespace Hawser.Tests.Architecture;

/// <summary>Sources that fit on a screen.</summary>
public sealed class ReadingTests
{
    const int LongestLine = 140;
    const int LongestFile = 300;

    static IEnumerable<(string Name, string[] Lines)> Sources =>
        from file in Directory.EnumerateFiles(Path.Combine(DocumentationTests.Root, "src"), "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(DocumentationTests.Root, file)
        where !name.Contains("/obj/", StringComparison.Ordinal) && !name.Contains("/bin/", StringComparison.Ordinal)
        select (name, File.ReadAllLines(file));

    [Fact]
    public void No_line_is_too_long() =>
        Sources.SelectMany(s => s.Lines.Index().Where(l => l.Item.Length > LongestLine).Select(l => $"{s.Name}:{l.Index + 1}")).ShouldBeEmpty();

    [Fact]
    public void No_file_is_too_long() => Sources.Where(s => s.Lines.Length > LongestFile).Select(s => s.Name).ShouldBeEmpty();
}
