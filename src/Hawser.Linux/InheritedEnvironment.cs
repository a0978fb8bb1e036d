namespace Hawser.Linux;

/// <summary>Environment variables that were meant for this process alone by whoever started it.</summary>
public static class InheritedEnvironment
{
    /// <summary>Takes a variable's value away, so that processes that this one starts do not get it.</summary>
    public static string? Take(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return value;
    }
}
