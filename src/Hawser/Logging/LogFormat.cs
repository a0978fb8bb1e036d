namespace Hawser.Logging;

/// <summary>How a daemon writes its log.</summary>
enum LogFormat
{
    /// <summary>One line per entry, for people and for journald.</summary>
    Text,

    /// <summary>One JSON object per entry.</summary>
    Json,
}

/// <summary>The least important entries that are logged.</summary>
enum LogThreshold
{
    /// <summary>What Hawser could not do.</summary>
    Error,

    /// <summary>What somebody should look at.</summary>
    Warning,

    /// <summary>What happens seldom: starts, connections, clean-up.</summary>
    Info,

    /// <summary>Every call and every round.</summary>
    Debug,
}
