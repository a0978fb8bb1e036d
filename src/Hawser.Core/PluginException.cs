namespace Hawser.Core;

/// <summary>A refusal or failure in the user's terms: the message is what <c>docker</c> prints.</summary>
public sealed class PluginException : Exception
{
    /// <summary>With a sentence a user can act on.</summary>
    public PluginException(string message) : base(message) { }

    /// <summary>With a sentence a user can act on, and what caused it.</summary>
    public PluginException(string message, Exception? inner) : base(message, inner) { }
}
