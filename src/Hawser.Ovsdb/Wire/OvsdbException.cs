namespace Hawser.Ovsdb;

/// <summary>Anything that goes wrong with an OVSDB server. Misuse of this library throws the framework's own types.</summary>
public abstract class OvsdbException : Exception
{
    private protected OvsdbException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
