namespace Hawser.Ovsdb;

/// <summary>How a transaction ended that was without error.</summary>
public enum TransactionOutcome
{
    /// <summary>All operations took effect.</summary>
    Committed,

    /// <summary>A precondition, a <c>wait</c> with zero timeout, was not met: somebody was faster. Nothing took effect.</summary>
    Conflict,
}
