using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>
/// What the database <c>_Server</c> says about a database that a server has, in the order of checks that OVS's own
/// clients follow (lib/ovsdb-cs.c, ovsdb_cs_check_server_db). Servers before OVS 2.9 have no <c>_Server</c>.
/// </summary>
sealed class ServerStatus(string database, bool leaderOnly)
{
    public const string MonitorId = "server";

    const string ServerDatabase = "_Server";

    static readonly Column<string> Model = Column.String("model");
    static readonly Column<bool> Connected = Column.Boolean("connected");
    static readonly Column<bool> Leader = Column.Boolean("leader");
    static readonly Column<long?> Index = Column.OptionalInteger("index");
    static readonly Column<Guid?> Cluster = Column.OptionalUuid("cid");

    Snapshot? _snapshot;

    // The newest state of the cluster that any member has shown us: a member that is behind it would take us back in
    // time. A cluster that was made anew counts from the beginning.
    Guid? _cluster;
    long _newestIndex;

    /// <summary>Begins to follow <c>_Server</c>, if the server has one.</summary>
    public async Task MonitorAsync(OvsdbSession session, CancellationToken ct)
    {
        _snapshot = null;
        if (await TryGetSchemaAsync(session, ct).ConfigureAwait(false) is not { } schema)
            return;
        var request = new MonitorRequest(schema, [new TableMonitor("Database", "name", "model", "connected", "leader", "index", "cid")
        {
            Where = [Condition.Is("name", Datum.Of(database))],
            Required = true,
        }]);
        await session.CallAsync(
            "monitor_cond",
            writer => request.Write(writer, MonitorId, MonitorMethod.Cond, Guid.Empty),
            result => Apply(Snapshot.Empty(schema, request.Layouts), result),
            ct).ConfigureAwait(false);
    }

    /// <summary>Applies an update to what is known.</summary>
    public void Update(JsonElement updates) =>
        Apply(_snapshot ?? throw new OvsdbProtocolException("The server sent an update before the contents."), updates);

    /// <summary>Why the server will not do; null when it will.</summary>
    public string? Objection()
    {
        if (_snapshot is null)
            return null;
        if (_snapshot["Database"].Find("name", database) is not { } row)
            return $"the server has no database {database}";
        if (row.Get(Model) is var model && model != "clustered")
            return leaderOnly && model == "relay" ? "the server is a relay, never the leader" : null;
        if (!row.Get(Connected))
            return "the server is not connected to its cluster";
        if (leaderOnly && !row.Get(Leader))
            return "the server is not the leader of its cluster";
        if (row.Get(Index) is not { } index)
            return "the server has not joined its cluster yet";
        if (row.Get(Cluster) is var cluster && cluster == _cluster && index < _newestIndex)
            return $"the server is behind its cluster ({index}, and {_newestIndex} was seen)";
        (_cluster, _newestIndex) = (cluster, index);
        return null;
    }

    static async Task<DatabaseSchema?> TryGetSchemaAsync(OvsdbSession session, CancellationToken ct)
    {
        try
        {
            return await GetSchemaAsync(session, ServerDatabase, ct).ConfigureAwait(false);
        }
        catch (OvsdbRequestException e) when (e.Error == OvsdbErrors.UnknownDatabase)
        {
            return null;
        }
    }

    public static async Task<DatabaseSchema> GetSchemaAsync(OvsdbSession session, string database, CancellationToken ct)
    {
        var schema = await session.CallAsync(
            "get_schema",
            writer =>
            {
                writer.WriteStartArray();
                writer.WriteStringValue(database);
                writer.WriteEndArray();
            },
            ct).ConfigureAwait(false);
        return DatabaseSchema.Parse(schema);
    }

    Snapshot Apply(Snapshot before, JsonElement updates)
    {
        (_snapshot, _) = TableUpdates.Apply2(before, updates);
        return _snapshot;
    }
}
