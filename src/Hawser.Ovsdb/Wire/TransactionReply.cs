using System.Collections.Immutable;
using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>The server's answer to a transaction that it committed, or that lost a race.</summary>
public sealed class TransactionReply
{
    readonly ImmutableArray<OperationResult> _results;

    TransactionReply(TransactionOutcome outcome, int? conflictIndex, ImmutableArray<OperationResult> results) =>
        (Outcome, ConflictIndex, _results) = (outcome, conflictIndex, results);

    /// <summary>How it ended.</summary>
    public TransactionOutcome Outcome { get; }

    /// <summary>The index of the precondition that was not met.</summary>
    public int? ConflictIndex { get; }

    /// <summary>The result of an operation, by the index that the <see cref="Transaction"/>'s method returned.</summary>
    /// <exception cref="InvalidOperationException">Nothing was committed.</exception>
    public OperationResult this[int operation] => Outcome == TransactionOutcome.Committed
        ? _results[operation]
        : throw new InvalidOperationException("A transaction that ended in a conflict has no results.");

    /// <summary>Reads the result of <c>transact</c>.</summary>
    /// <exception cref="OvsdbTransactionException">The server refused the transaction.</exception>
    /// <exception cref="OvsdbProtocolException">The answer is not one to this transaction.</exception>
    internal static TransactionReply Read(JsonElement json, Transaction transaction, DatabaseSchema? schema)
    {
        try
        {
            return ReadResults(json, transaction, schema);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or KeyNotFoundException
            or IndexOutOfRangeException or ArgumentException)
        {
            throw new OvsdbProtocolException($"The server sent results that cannot be read: {e.Message}", e);
        }
    }

    static TransactionReply ReadResults(JsonElement json, Transaction transaction, DatabaseSchema? schema)
    {
        // All elements count: after an error come nulls, and an error at commit is one element more than there are
        // operations, behind results that look like success (RFC 7047 §4.1.3).
        if (json.ValueKind != JsonValueKind.Array)
            throw new OvsdbProtocolException($"The server answered a transaction with {json.ValueKind} instead of an array.");
        var index = 0;
        foreach (var element in json.EnumerateArray())
        {
            if (ErrorJson.Tag(element) is { } tag)
                return Refused(transaction, index, tag, ErrorJson.Details(element));
            index++;
        }
        if (index != transaction.Count)
            throw new OvsdbProtocolException($"The server sent {index} results for {transaction.Count} operations.");
        return new(
            TransactionOutcome.Committed,
            null,
            [.. json.EnumerateArray().Zip(transaction.Operations, (result, operation) => ReadResult(result, operation, schema))]);
    }

    static TransactionReply Refused(Transaction transaction, int index, string tag, string? details)
    {
        if (index >= transaction.Count)
            throw new OvsdbTransactionException($"commit to {transaction.Database}", tag, details, null, null);
        var operation = transaction.Operations[index];
        if (operation.IsPrecondition && tag == OvsdbErrors.TimedOut)
            return new(TransactionOutcome.Conflict, index, []);
        var subject = operation.Table is { } table ? $"{operation.Name} in {table}" : operation.Name;
        throw new OvsdbTransactionException(subject, tag, details, index, operation.Table);
    }

    static OperationResult ReadResult(JsonElement json, Operation operation, DatabaseSchema? schema)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new OvsdbProtocolException($"The server sent {json.GetRawText()} as the result of {operation.Name}.");
        return new(
            json.TryGetProperty("uuid", out var uuid) ? uuid[1].GetGuid() : null,
            json.TryGetProperty("count", out var count) ? count.GetInt64() : null,
            json.TryGetProperty("rows", out var rows) ? ReadRows(rows, operation.Table!, schema) : []);
    }

    static IReadOnlyList<Row> ReadRows(JsonElement json, string table, DatabaseSchema? schema)
    {
        if (json.GetArrayLength() == 0 || schema?.Tables.GetValueOrDefault(table) is not { } declared)
            return [];
        var columns = json[0].EnumerateObject().Select(column => declared.Find(column.Name)
            ?? throw new OvsdbProtocolException($"The server sent column {column.Name}, which table {table} does not have."));
        var layout = new RowLayout(table, [.. columns]);
        return [.. json.EnumerateArray().Select(row => ReadRow(row, layout))];
    }

    static Row ReadRow(JsonElement json, RowLayout layout)
    {
        var values = Array.ConvertAll(
            layout.Columns.ToArray(), column => DatumJson.Read(json.GetProperty(column.Name), column));
        var uuid = layout.Find("_uuid") is var position and >= 0 ? values[position].Keys[0].AsUuid : Guid.Empty;
        return new(layout, uuid, values);
    }
}
