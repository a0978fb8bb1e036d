namespace Hawser.Linux;

/// <summary>What whoever started this process told it alone, in environment variables.</summary>
public static class InheritedEnvironment
{
    /// <summary>Takes a variable's value, so that processes that this one starts are not told.</summary>
    public static string? Take(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return value;
    }
}
