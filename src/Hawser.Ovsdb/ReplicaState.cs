namespace Hawser.Ovsdb;

/// <summary>What a replica knows at one moment, published as one reference.</summary>
/// <param name="Session">The connection that keeps the snapshot up to date; null while there is none.</param>
/// <param name="Snapshot">The contents; null until there were any.</param>
/// <param name="Error">Why there is no connection.</param>
sealed record ReplicaState(OvsdbSession? Session, Snapshot? Snapshot, string? Error);
