namespace Hawser.Lab.Harness;

/// <summary>What a command said, with the command itself, so that a failing test shows both.</summary>
public sealed record CommandResult(string Command, int ExitCode, string Stdout, string Stderr)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Standard output without the line end.</summary>
    public string Text => Stdout.Trim();

    /// <summary>Both streams, for a test that looks for a sentence.</summary>
    public string Output => (Stdout + Stderr).Trim();

    public CommandResult OrFail(string? context = null) =>
        Succeeded ? this : throw new LabException($"{this}{Environment.NewLine}{context}");

    // Summaries show the first line alone.
    public override string ToString() =>
        $"exit code {ExitCode}: {Output.Split('\n')[^1]}{Environment.NewLine}$ {Command}{Environment.NewLine}{Output}";
}
