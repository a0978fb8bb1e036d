namespace Hawser.Ovsdb;

/// <summary>What one operation of a committed transaction gave (RFC 7047 §5.2).</summary>
/// <param name="Uuid">The identity of the row that an insert made.</param>
/// <param name="Count">How many rows an update, mutate or delete matched; zero is no error.</param>
/// <param name="Rows">The rows that a select found, with the columns that it named.</param>
public sealed record OperationResult(Guid? Uuid, long? Count, IReadOnlyList<Row> Rows);
