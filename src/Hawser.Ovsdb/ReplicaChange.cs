namespace Hawser.Ovsdb;

/// <summary>One step of a replica: new contents, or the loss of the connection.</summary>
/// <param name="IsLive">Whether the contents are followed at this moment.</param>
/// <param name="Snapshot">The contents, the last ones known while not live; null before there were any.</param>
/// <param name="Rows">Which rows changed. Empty when <paramref name="IsReset"/>.</param>
/// <param name="IsReset">Whether all contents were replaced: what was derived from them has to be rebuilt.</param>
/// <param name="Error">Why the replica is not live.</param>
public sealed record ReplicaChange(
    bool IsLive, Snapshot? Snapshot, IReadOnlyList<RowChange> Rows, bool IsReset, string? Error);
