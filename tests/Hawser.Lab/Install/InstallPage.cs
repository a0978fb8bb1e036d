using Hawser.Lab.Harness;

namespace Hawser.Lab.Install;

/// <summary>The commands of docs/install.md, as they are printed.</summary>
static class InstallPage
{
    /// <summary>Runs those behind a prompt, in their order.</summary>
    /// <param name="host">Where.</param>
    /// <param name="prompt">What begins their lines.</param>
    /// <param name="preparation">What goes before each: the folder, for example.</param>
    /// <param name="inTheLab">What a command is there, if it is another one.</param>
    /// <returns>How many there were.</returns>
    public static async Task<int> RunAsync(LabHost host, string prompt, string preparation, Func<string, string>? inTheLab = null)
    {
        var commands = (await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs", "install.md"))).Where(l => l.StartsWith(prompt, StringComparison.Ordinal)).ToList();
        foreach (var command in commands.Select(c => c[prompt.Length..])) await host.RunAsync($"{preparation} && {inTheLab?.Invoke(command) ?? command}", TimeSpan.FromMinutes(2));
        return commands.Count;
    }
}
