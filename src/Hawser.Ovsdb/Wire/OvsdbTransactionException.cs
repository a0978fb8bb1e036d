namespace Hawser.Ovsdb;

/// <summary>The server refused a transaction. Nothing of it was committed.</summary>
public sealed class OvsdbTransactionException : OvsdbRequestException
{
    /// <summary>Names the operation and the server's answer.</summary>
    public OvsdbTransactionException(string request, string error, string? details, int? operationIndex, string? table)
        : base(request, error, details) =>
        (OperationIndex, Table) = (operationIndex, table);

    /// <summary>Which operation failed; null when each succeeded and the commit failed, or nothing was executed.</summary>
    public int? OperationIndex { get; }

    /// <summary>The table of the operation that failed.</summary>
    public string? Table { get; }
}
