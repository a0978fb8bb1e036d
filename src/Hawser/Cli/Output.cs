using Spectre.Console;

namespace Hawser.Cli;

/// <summary>The terminal; output that goes into a file or a pipe is never wrapped or coloured.</summary>
static class Output
{
    const int Unwrapped = 1000;

    public static IAnsiConsole Console { get; } = Make();

    static IAnsiConsole Make()
    {
        if (!System.Console.IsOutputRedirected) return AnsiConsole.Create(new AnsiConsoleSettings());
        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        plain.Profile.Width = Unwrapped;
        return plain;
    }
}
