namespace Hawser.Ovsdb;

/// <summary>The server refused a request as a whole: an unknown method or database, a malformed request.</summary>
public class OvsdbRequestException : OvsdbException
{
    /// <summary>Names what was asked and the server's answer.</summary>
    public OvsdbRequestException(string request, string error, string? details)
        : base(details is null ? $"{request}: {error}" : $"{request}: {error}: {details}", inner: null) =>
        (Error, Details) = (error, details);

    /// <summary>The server's error tag, one of <see cref="OvsdbErrors"/> as a rule. Decide by this.</summary>
    public string Error { get; }

    /// <summary>The server's explanation, for people.</summary>
    public string? Details { get; }
}
