using System.Text.RegularExpressions;

namespace Hawser.Linux;

/// <summary>A program that we ran did not do what it was asked.</summary>
public sealed partial class ToolException : Exception
{
    const int LongestErrors = 2048;

    ToolException(string command, int exitCode, string errors, string? line, string message) : base(message)
    {
        Command = command;
        ExitCode = exitCode;
        Errors = errors;
        Line = line;
    }

    /// <summary>The command line.</summary>
    public string Command { get; }

    /// <summary>
    /// What it exited with; 128 and the signal's number if a signal ended it, 126 if it could not be started and 127 if it
    /// is not installed, as a shell says it.
    /// </summary>
    public int ExitCode { get; }

    /// <summary>What it wrote to its standard error, at most 2 KiB.</summary>
    public string Errors { get; }

    /// <summary>The line of its input that it complained about, where it named one.</summary>
    public string? Line { get; }

    internal static ToolException NotInstalled(string tool, string package) => new(
        tool, 127, "", null, $"{tool} was not found in the search path: install the package {package}");

    internal static ToolException NotStarted(string command, int errno) => new(
        command, 126, "", null, $"{command} could not be started: {Libc.Describe(errno)}{Limit(errno)}");

    internal static ToolException Failed(string command, int exitCode, string errors, string input)
    {
        errors = errors.Trim();
        if (errors.Length > LongestErrors) errors = errors[..LongestErrors];
        var line = FindLine(errors, input);
        var message = $"{command}: {(errors.Length == 0 ? $"exit code {exitCode}" : InOneLine(errors))}";
        return new(command, exitCode, errors, line, line is null ? message : $"{message}: {line}");
    }

    // What to raise, where the kernel's words do not tell.
    static string Limit(int errno) => errno switch
    {
        Errno.Again => ": the limit of processes is reached (TasksMax of the service, pids.max of its control group)",
        Errno.TooManyFiles => ": the limit of the service is reached (LimitNOFILE)",
        _ => "",
    };

    static string InOneLine(string errors) => string.Join("; ", errors
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.StartsWith("Try `", StringComparison.Ordinal))); // the hint at --help

    static string? FindLine(string errors, string input)
    {
        var match = LineNumber().Match(errors);
        if (!match.Success) return null;
        var lines = input.Split('\n');
        var number = int.Parse(match.Groups[1].ValueSpan, provider: null);
        return number >= 1 && number <= lines.Length ? lines[number - 1] : null;
    }

    // "line 3 failed" (legacy), "line 4: RULE_APPEND failed" (nft), "Error occurred at line: 2" (either, for its syntax).
    [GeneratedRegex(@"\bline:? ([0-9]{1,9})\b")]
    private static partial Regex LineNumber();
}
