namespace Hawser.Core;

/// <summary>A failure in the words of the person who typed the docker command: its message is shown to them as it is.</summary>
public sealed class PluginException(string message, Exception? inner = null) : Exception(message, inner);
