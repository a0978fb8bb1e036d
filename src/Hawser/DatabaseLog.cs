using Hawser.Ovsdb;
using Microsoft.Extensions.Logging;

namespace Hawser;

/// <summary>Says when a database comes and goes; while it is away, only a new reason is worth an entry.</summary>
sealed class DatabaseLog(string what, string database, ILogger logger)
{
    string? _lastError;

    public void Note(ReplicaChange change)
    {
        if (change.IsLive && change.IsReset)
        {
            _lastError = null;
            logger.DatabaseLive(what, database);
        }
        else if (!change.IsLive && change.Error != _lastError)
        {
            _lastError = change.Error;
            logger.DatabaseAway(what, database, change.Error);
        }
    }
}
