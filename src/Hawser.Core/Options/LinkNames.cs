namespace Hawser.Core.Options;

/// <summary>What the kernel and OVS take as the name of a link, a bridge or a port.</summary>
public static class LinkNames
{
    /// <summary>What is allowed, for the user to read.</summary>
    public const string Allowed = "1 to 15 printable characters without '/', ':' and white space, not starting with '-'";

    /// <summary>Whether a name is allowed.</summary>
    // dev_valid_name() in net/core/dev.c; ovs-vswitchd refuses '/' in bridge names (vswitch.xml, Bridge.name).
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= Names.LinkLength && name is not ("." or "..") && name[0] != '-'
        && name.All(c => c is > ' ' and < '\x7f' and not ('/' or ':' or '\'' or '"' or '\\' or '+'));

    internal const string AllowedPrefix = "1 to 12 letters, digits, '_', '-' or '.', starting with a letter";

    internal static bool IsValidPrefix(string prefix) =>
        prefix.Length is > 0 and <= 12 && char.IsAsciiLetter(prefix[0])
        && prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
