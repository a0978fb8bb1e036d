using System.Collections.Immutable;
using System.Globalization;

namespace Hawser.Core.Options;

/// <summary>
/// Reads options by name and gathers what is wrong with them, so that a user sees all mistakes of a command at once.
/// Keys are compared without case: <c>docker run --network name=…,driver-opt=…</c> lower-cases them (docker/cli opts/network.go).
/// </summary>
sealed class OptionReader(IEnumerable<KeyValuePair<string, string>> options)
{
    readonly Dictionary<string, string> _options = Fold(options);
    readonly List<string> _errors = [];

    static Dictionary<string, string> Fold(IEnumerable<KeyValuePair<string, string>> options)
    {
        var folded = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in options) folded[key] = value;
        return folded;
    }

    public void RefuseUnknown(string prefix, IReadOnlyCollection<string> known)
    {
        var unknown = _options.Keys
            .Where(k => k.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && !known.Contains(k, StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);
        foreach (var key in unknown)
            _errors.Add(
                known.Count == 0
                    ? $"option {key} belongs to another driver"
                    : $"unknown option {key}: known are {string.Join(", ", known)}");
    }

    /// <summary>Refuses the options of Docker's driver bridge: nothing here would act on them.</summary>
    public void RefuseBridgeDrivers(string instead)
    {
        foreach (var key in _options.Keys.Where(BridgeDriverOptions.Include).Order(StringComparer.Ordinal))
            _errors.Add($"option {key} is one of Docker's driver bridge and does nothing here: {instead}");
    }

    public string? Text(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_options.TryGetValue(name, out var value)) return value.Trim();
        }
        return null;
    }

    public string? Text(string name, Func<string, bool> isValid, string allowed) =>
        Parse<string>(name, Text(name), text => isValid(text) ? text : null, allowed);

    public int? Number(string name, int min, int max, params ReadOnlySpan<string> aliases)
    {
        var (used, text) = (name, Text(name));
        foreach (var alias in aliases)
        {
            if (text is null && Text(alias) is { } found) (used, text) = (alias, found);
        }
        if (text is null) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Refuse(used, text, string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));
        return null;
    }

    public bool Flag(string name, bool whenAbsent = false)
    {
        switch (Text(name)?.ToUpperInvariant())
        {
            case null: return whenAbsent;
            case "FALSE" or "0" or "F": return false;
            case "TRUE" or "1" or "T" or "": return true;
            default:
                Refuse(name, Text(name)!, "true or false");
                return false;
        }
    }

    public T Choice<T>(string name, T fallback, params ReadOnlySpan<string> aliases) where T : struct, Enum
    {
        var (used, text) = (name, Text(name));
        foreach (var alias in aliases)
        {
            if (text is null && Text(alias) is { } found) (used, text) = (alias, found);
        }
        if (text is null) return fallback;
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase)) return value;
        }
        Refuse(used, text, string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant())));
        return fallback;
    }

    public ImmutableArray<string> List(string name, Func<string, string?> parse, string allowed)
    {
        if (Text(name) is not { Length: > 0 } text) return [];
        var parsed = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(part => parse(part))
            .ToList();
        if (parsed.Count > 0 && !parsed.Contains(null)) return [.. parsed.Select(p => p!)];
        Refuse(name, text, allowed);
        return [];
    }

    public T? Parse<T>(string name, string? text, Func<string, T?> parse, string allowed) where T : class
    {
        if (text is null) return null;
        if (parse(text) is { } value) return value;
        Refuse(name, text, allowed);
        return null;
    }

    public void Refuse(string name, string value, string allowed) => _errors.Add($"option {name}: \"{value}\" is not allowed: {allowed}");

    public void Refuse(string sentence) => _errors.Add(sentence);

    public void ThrowIfRefused()
    {
        if (_errors.Count > 0) throw new PluginException(string.Join("; ", _errors));
    }
}
