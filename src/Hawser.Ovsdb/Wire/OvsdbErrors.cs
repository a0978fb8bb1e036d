namespace Hawser.Ovsdb;

/// <summary>The error tags of RFC 7047 §3.1, §5.2 and of ovsdb-server.</summary>
public static class OvsdbErrors
{
    /// <summary>A <c>wait</c> was not met in time.</summary>
    public const string TimedOut = "timed out";

    /// <summary>An <c>abort</c> operation was executed.</summary>
    public const string Aborted = "aborted";

    /// <summary>An <c>assert</c> named a lock that the session does not hold.</summary>
    public const string NotOwner = "not owner";

    /// <summary>The server is read-only (a backup), or the database is one of its own.</summary>
    public const string NotAllowed = "not allowed";

    /// <summary>A value out of range, an immutable column, a duplicate in an index, too many rows.</summary>
    public const string ConstraintViolation = "constraint violation";

    /// <summary>A strong reference to a row that does not exist, or that is being deleted.</summary>
    public const string ReferentialIntegrityViolation = "referential integrity violation";

    /// <summary>Two inserts have the same <c>uuid-name</c>.</summary>
    public const string DuplicateUuidName = "duplicate uuid-name";

    /// <summary>An insert has the <c>uuid</c> of a row that exists, or did.</summary>
    public const string DuplicateUuid = "duplicate uuid";

    /// <summary>The server has no such database.</summary>
    public const string UnknownDatabase = "unknown database";

    /// <summary>The server is not (yet) a member of the database's cluster.</summary>
    public const string DatabaseNotAvailable = "database not available";

    /// <summary>The server is older than the method.</summary>
    public const string UnknownMethod = "unknown method";

    /// <summary>The request, a table, a column or a value is malformed or unknown.</summary>
    public const string SyntaxError = "syntax error";

    /// <summary>The table has no such column.</summary>
    public const string UnknownColumn = "unknown column";

    /// <summary>A division by zero.</summary>
    public const string DomainError = "domain error";

    /// <summary>A result that its type cannot hold.</summary>
    public const string RangeError = "range error";

    /// <summary>The server ran out of something.</summary>
    public const string ResourcesExhausted = "resources exhausted";

    /// <summary>The server could not write its file.</summary>
    public const string IoError = "I/O error";

    /// <summary>Role-based access control forbids it.</summary>
    public const string PermissionError = "permission error";

    /// <summary>The request was cancelled by its sender, or because its database is being removed or converted.</summary>
    public const string Canceled = "canceled";
}
