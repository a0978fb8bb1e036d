using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>One connection that a replica gets its contents from, from the first request to the end of the session.</summary>
sealed class Subscription(
    OvsdbReplicaOptions options, ServerStatus status, Checkpoint? resume, Action<OvsdbSession, ReplicaChange> publish)
{
    const string MonitorId = "contents";

    OvsdbSession? _session;
    Snapshot? _snapshot;
    Guid _lastTransaction;

    /// <summary>Where a later connection can go on: here, or where this one was to go on if it never had the contents.</summary>
    public Checkpoint? Checkpoint => _snapshot is null ? resume : new(_lastTransaction, _snapshot);

    /// <summary>Follows the server until the connection is lost, or the server is no longer suitable, such as a former leader.</summary>
    /// <exception cref="OvsdbException">Always, in the end.</exception>
    public async Task RunAsync(OvsdbEndpoint endpoint, CancellationToken ct)
    {
        var session = await OvsdbSession.ConnectAsync(
            endpoint,
            new OvsdbSessionOptions
            {
                Tls = options.Tls,
                ConnectTimeout = options.ConnectTimeout,
                ProbeInterval = options.ProbeInterval,
                TimeProvider = options.TimeProvider,
                Notified = Notified,
            },
            ct).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            _session = session;
            var request = await PrepareAsync(session, ct).ConfigureAwait(false);
            await MonitorAsync(session, request, ct).ConfigureAwait(false);
            await session.Completion.WaitAsync(ct).ConfigureAwait(false);
            throw session.AbortReason!;
        }
    }

    async Task<MonitorRequest> PrepareAsync(OvsdbSession session, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            await status.MonitorAsync(session, linked.Token).ConfigureAwait(false);
            if (status.Objection() is { } objection)
                throw Lost(objection);
            await SetDbChangeAwareAsync(session, linked.Token).ConfigureAwait(false);
            var schema = await ServerStatus.GetSchemaAsync(session, options.Database, linked.Token).ConfigureAwait(false);
            return new(schema, options.Tables);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Lost($"the server did not answer within {options.ConnectTimeout.TotalSeconds:0.#} s");
        }
    }

    // With this, the server says that a database goes away instead of dropping all connections, and answers a
    // transaction even if it is cancelled (ovsdb-server(7) §4.1.16).
    static async Task SetDbChangeAwareAsync(OvsdbSession session, CancellationToken ct)
    {
        try
        {
            await session.CallAsync(
                "set_db_change_aware",
                static writer =>
                {
                    writer.WriteStartArray();
                    writer.WriteBooleanValue(true);
                    writer.WriteEndArray();
                },
                ct).ConfigureAwait(false);
        }
        catch (OvsdbRequestException e) when (e.Error == OvsdbErrors.UnknownMethod)
        {
            // Servers before OVS 2.9 know nothing of it, nor of databases that go away.
            return;
        }
    }

    async Task MonitorAsync(OvsdbSession session, MonitorRequest request, CancellationToken ct)
    {
        for (var method = options.NewestMonitor; ; method--)
        {
            try
            {
                await MonitorAsync(session, request, method, ct).ConfigureAwait(false);
                return;
            }
            catch (OvsdbRequestException e) when (e.Error == OvsdbErrors.UnknownMethod && method > MonitorMethod.Plain)
            {
                continue;
            }
        }
    }

    Task<bool> MonitorAsync(OvsdbSession session, MonitorRequest request, MonitorMethod method, CancellationToken ct)
    {
        // The layouts of the rows come from the schema, so the old contents fit only the very same one.
        var since = resume?.Snapshot.Schema.Text == request.Schema.Text ? resume : null;
        var name = method switch
        {
            MonitorMethod.Plain => "monitor",
            MonitorMethod.Cond => "monitor_cond",
            _ => "monitor_cond_since",
        };
        return session.CallAsync(
            name,
            writer => request.Write(writer, MonitorId, method, since?.LastTransaction ?? Guid.Empty),
            result => Begin(request, method, since, result),
            ct);
    }

    /// <summary>Takes the first contents, or what is new since the last connection.</summary>
    bool Begin(MonitorRequest request, MonitorMethod method, Checkpoint? since, JsonElement result)
    {
        var isResumed = false;
        var updates = result;
        if (method == MonitorMethod.CondSince)
        {
            isResumed = since is not null && result[0].GetBoolean();
            _lastTransaction = result[1].GetGuid();
            updates = result[2];
        }
        var before = isResumed
            ? since!.Snapshot
            : Snapshot.Empty(request.Schema, request.Layouts, resume?.Snapshot.Version ?? 0);
        (_snapshot, var rows) = method == MonitorMethod.Plain
            ? TableUpdates.Apply(before, updates)
            : TableUpdates.Apply2(before, updates);
        publish(_session!, new(IsLive: true, _snapshot, isResumed ? rows : [], IsReset: !isResumed, Error: null));
        return isResumed;
    }

    void Notified(string method, JsonElement parameters)
    {
        var isStatus = parameters[0].ValueEquals(ServerStatus.MonitorId);
        switch (method)
        {
            case "update2" when isStatus:
                UpdateStatus(parameters[1]);
                break;
            case "update":
                Publish(TableUpdates.Apply(Contents, parameters[1]));
                break;
            case "update2":
                Publish(TableUpdates.Apply2(Contents, parameters[1]));
                break;
            case "update3":
                _lastTransaction = parameters[1].GetGuid();
                Publish(TableUpdates.Apply2(Contents, parameters[2]));
                break;
            case "monitor_canceled":
                throw Lost("the server removed or converted the database");
        }
    }

    void UpdateStatus(JsonElement updates)
    {
        status.Update(updates);
        if (status.Objection() is { } objection)
            throw Lost(objection);
    }

    Snapshot Contents => _snapshot ?? throw new OvsdbProtocolException("The server sent an update before the contents.");

    void Publish((Snapshot Snapshot, IReadOnlyList<RowChange> Rows) next)
    {
        _snapshot = next.Snapshot;
        publish(_session!, new(IsLive: true, next.Snapshot, next.Rows, IsReset: false, Error: null));
    }

    OvsdbConnectionException Lost(string reason) => new(_session!.Endpoint.ToString(), reason);
}
