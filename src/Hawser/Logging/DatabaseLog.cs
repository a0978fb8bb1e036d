using Hawser.Ovsdb;
using Microsoft.Extensions.Logging;

namespace Hawser.Logging;

/// <summary>
/// Logs when a database comes and goes. It logs each reason why it is away once: the members of a cluster have different ones.
/// </summary>
sealed class DatabaseLog(string what, string database, ILogger logger)
{
    // More than the members of a cluster have. Without it, reasons with a changing port or a time would fill the log and the memory.
    const int MostReasons = 32;

    readonly HashSet<string> _reasons = [];
    bool _isLive;

    public void Note(ReplicaChange change)
    {
        if (change.IsLive && !_isLive)
        {
            _reasons.Clear();
            logger.DatabaseLive(what, database);
        }
        else if (!change.IsLive && _reasons.Count < MostReasons && _reasons.Add(change.Error ?? ""))
        {
            logger.DatabaseAway(what, database, change.Error);
        }
        _isLive = change.IsLive;
    }
}
