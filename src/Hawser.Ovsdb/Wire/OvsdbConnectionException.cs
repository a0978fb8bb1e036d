namespace Hawser.Ovsdb;

/// <summary>There is no connection to the server, or there is none any more. Trying again later can succeed.</summary>
public sealed class OvsdbConnectionException : OvsdbException
{
    /// <summary>Names the endpoint and what happened to it.</summary>
    public OvsdbConnectionException(string endpoint, string reason, Exception? inner = null, bool outcomeUnknown = false)
        : base($"{endpoint}: {reason}", inner) =>
        (Endpoint, Reason, OutcomeUnknown) = (endpoint, reason, outcomeUnknown);

    /// <summary>The server, or the servers, as in the configuration.</summary>
    public string Endpoint { get; }

    /// <summary>What happened, without the endpoint.</summary>
    public string Reason { get; }

    /// <summary>
    /// Whether a transaction was on its way: it may or may not have been committed, and has to be looked up before
    /// it is repeated (ovsdb(7), "Understanding Cluster Consistency").
    /// </summary>
    public bool OutcomeUnknown { get; }
}
