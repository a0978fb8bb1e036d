namespace Hawser.Ovsdb;

/// <summary>The server sent something that the protocol does not allow. The session ends.</summary>
public sealed class OvsdbProtocolException : OvsdbException
{
    /// <summary>Says what was received.</summary>
    public OvsdbProtocolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
