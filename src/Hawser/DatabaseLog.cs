using Hawser.Ovsdb;
using Microsoft.Extensions.Logging;

namespace Hawser;

/// <summary>Says when Open vSwitch's database comes and goes; while it is away, only a new reason is worth an entry.</summary>
sealed class DatabaseLog(string database, ILogger logger)
{
    string? _lastError;

    public void Note(ReplicaChange change)
    {
        if (change.IsLive && change.IsReset)
        {
            _lastError = null;
            logger.DatabaseLive(database);
        }
        else if (!change.IsLive && change.Error != _lastError)
        {
            _lastError = change.Error;
            logger.DatabaseAway(database, change.Error);
        }
    }
}
