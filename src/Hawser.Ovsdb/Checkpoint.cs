namespace Hawser.Ovsdb;

/// <summary>Contents and the transaction that they are after: where <c>monitor_cond_since</c> can go on.</summary>
sealed record Checkpoint(Guid LastTransaction, Snapshot Snapshot);
