namespace Hawser.Cli;

/// <summary>
/// Environment variables that stand for flags of <c>hawser serve</c>: managed plugins, containers and services are set that
/// way. They count only with <c>--environment</c>, because names like DEBUG are in many people's shells.
/// </summary>
static class ServeEnvironment
{
    const string Flag = "--environment";

    static readonly (string Variable, string Flag)[] Variables =
    [
        ("LOG_LEVEL", "--log-level"),
        ("LOG_FORMAT", "--log-format"),
        ("MODE", "--mode"),
        ("OVN_NB", "--ovn-nb"),
        ("SCOPE", "--scope"),
        ("DOCKER_SOCKET", "--docker"),
    ];

    /// <summary>The names of the variables, for the manual.</summary>
    public static string Names =>
        string.Join(", ", Variables.Select(v => v.Variable).Concat(["OVS_RUNDIR", "DEBUG"]).Order(StringComparer.Ordinal));

    /// <summary>Adds the flags that variables stand for to the arguments; a flag that is given wins over its variable.</summary>
    /// <exception cref="FormatException">A variable has a value that it cannot have.</exception>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> arguments, Func<string, string?> variable)
    {
        if (arguments is not ["serve", ..] || !arguments.Contains(Flag)) return arguments;
        var flags = new List<string>();
        foreach (var (name, flag) in Variables) Add(flag, variable(name));
        if (variable("OVS_RUNDIR") is { Length: > 0 } folder) Add("--ovsdb", $"unix:{Path.Combine(folder, "db.sock")}");
        switch (variable("DEBUG"))
        {
            case "1": flags.Add("--debug"); break;
            case null or "" or "0": break;
            case var other: throw new FormatException($"DEBUG=\"{other}\" is not allowed: 0, 1");
        }
        return [.. arguments, .. flags];

        void Add(string flag, string? value)
        {
            if (string.IsNullOrEmpty(value)) return;
            var isGiven = arguments.Any(a => a == flag || a.StartsWith(flag + "=", StringComparison.Ordinal));
            if (!isGiven) flags.AddRange([flag, value]);
        }
    }
}
