using Spectre.Console;

namespace Hawser.Cli;

/// <summary>The terminal; output that goes into a file or a pipe is never wrapped.</summary>
static class Output
{
    const int Unwrapped = 1000;

    public static IAnsiConsole Console { get; } = Make();

    static IAnsiConsole Make()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (System.Console.IsOutputRedirected) console.Profile.Width = Unwrapped;
        return console;
    }
}
