namespace Hawser.Bench;

/// <summary>Something could not be measured.</summary>
sealed class BenchException : Exception
{
    public BenchException(string message) : base(message)
    {
    }

    public BenchException(string message, Exception inner) : base(message, inner)
    {
    }

    public BenchException()
    {
    }
}
