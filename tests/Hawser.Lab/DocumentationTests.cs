using Hawser.Lab.Harness;

namespace Hawser.Lab;

/// <summary>Every <c>console</c> block of a page works as it is printed, and cleans up behind itself.</summary>
[Collection(Collections.Main)]
public sealed class DocumentationTests(MainHost host) : LabTest(host)
{
    const string Prompt = "$ ";
    static readonly string Root = Repository.Root;

    public static TheoryData<string> PagesWithCommands() =>
        [.. Pages().Select(file => Path.GetRelativePath(Root, file)).Where(page => Commands(page).Any()).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(PagesWithCommands))]
    public async Task The_commands_of_a_page_work_in_their_order(string page)
    {
        foreach (var command in Commands(page)) await Host.RunAsync(command);
        (await Host.DockerAsync("ps -aq")).Text.ShouldBeEmpty($"{page} leaves containers behind");
        (await Host.DockerAsync("network ls -q --filter type=custom")).Text.ShouldBeEmpty($"{page} leaves networks behind");
    }

    static IEnumerable<string> Commands(string page)
    {
        var isConsole = false;
        foreach (var line in File.ReadLines(Path.Combine(Root, page)))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) isConsole = line == "```console";
            else if (isConsole && line.StartsWith(Prompt, StringComparison.Ordinal)) yield return line[Prompt.Length..];
        }
    }

    static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Append(Path.Combine(Root, "README.md"));
}
