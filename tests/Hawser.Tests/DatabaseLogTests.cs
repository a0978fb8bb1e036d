using Hawser.Logging;
using Hawser.Ovsdb;
using Hawser.Tests.Protocol;

namespace Hawser.Tests;

public sealed class DatabaseLogTests
{
    [Fact]
    public void A_database_that_is_away_for_long_for_ever_new_reasons_does_not_fill_the_log()
    {
        using var log = new LogLines();
        var database = new DatabaseLog("The database", "tcp:192.0.2.1:6640", log);
        for (var i = 0; i < 1000; i++) database.Note(Away($"reason {i}"));
        log.Failures.Count().ShouldBe(32);
        log.Failures.First().ShouldBe("The database at tcp:192.0.2.1:6640 is away: reason 0");

        database.Note(Away(null) with { IsLive = true });
        database.Note(Away("reason 0"));
        log.Failures.Count().ShouldBe(33);
    }

    static ReplicaChange Away(string? reason) => new(IsLive: false, Snapshot: null, Rows: [], IsReset: false, reason);
}
