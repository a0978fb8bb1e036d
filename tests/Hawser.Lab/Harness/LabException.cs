namespace Hawser.Lab.Harness;

/// <summary>A command in the lab failed, or the lab itself did.</summary>
public sealed class LabException : Exception
{
    public LabException(string message) : base(message)
    {
    }

    public LabException(string message, Exception inner) : base(message, inner)
    {
    }

    public LabException()
    {
    }
}
