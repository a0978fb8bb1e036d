using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Hawser.Cli;

/// <summary>Reads arguments. The error for a wrong one names it, its value and what is allowed.</summary>
static class Parsing
{
    /// <summary>Reads an argument's only value; a FormatException becomes the argument's error.</summary>
    public static T Try<T>(ArgumentResult result, Func<string, T> parse, T fallback)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        try
        {
            return parse(text);
        }
        catch (FormatException e)
        {
            var name = result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
            result.AddError($"{name} \"{text}\" is not allowed: {e.Message}");
            return fallback;
        }
    }

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">The text is no address; the message says what is allowed.</exception>
    public static IPAddress Address(string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw new FormatException("an IPv4 or IPv6 address such as 192.0.2.10");

    /// <summary>Reads an option's value for a validator; null for a value that was refused, which is an error already.</summary>
    public static T? Read<T>(CommandResult result, Option<T> option)
    {
        try
        {
            return result.GetValue(option);
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }

    /// <summary>An option that takes one of an enum's names, in lower case.</summary>
    public static Option<T> Choice<T>(string name, string description, T fallback) where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToArray();
        var option = new Option<T>(name)
        {
            Description = description,
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => fallback,
            CustomParser = result => Try(
                result,
                text => names.Contains(text) ? Enum.Parse<T>(text, ignoreCase: true) : throw new FormatException(string.Join(", ", names)),
                fallback),
        };
        return option;
    }
}
