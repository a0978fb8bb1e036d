namespace Hawser.Ovsdb;

/// <summary>
/// A copy of a part of a database, kept up to date over one connection after another. All members can be used from
/// any thread.
/// </summary>
public sealed class OvsdbReplica
{
    readonly OvsdbReplicaOptions _options;
    readonly ServerStatus _status;
    volatile ReplicaState _state = new(null, null, null);
    TaskCompletionSource _changed = NewSignal();

    /// <summary>A replica that does nothing until <see cref="RunAsync"/>.</summary>
    /// <exception cref="ArgumentException">The options name no server or no table.</exception>
    public OvsdbReplica(OvsdbReplicaOptions options)
    {
        if (options.Endpoints.IsDefaultOrEmpty)
            throw new ArgumentException("A replica needs an endpoint.", nameof(options));
        if (options.Tls is null && options.Endpoints.FirstOrDefault(static e => e.Transport == OvsdbTransport.Ssl) is { } secured)
            throw new ArgumentException($"{secured} needs a CA file, a certificate file and a private key file.", nameof(options));
        _options = options;
        _status = new(options.Database, options.LeaderOnly);
    }

    /// <summary>The newest contents; while not live, the last that were known. Null before the first.</summary>
    public Snapshot? Current => _state.Snapshot;

    /// <summary>Whether the contents are being followed.</summary>
    public bool IsLive => _state.Session is not null;

    /// <summary>Why the replica is not live, or why the last attempt failed; null while live.</summary>
    public string? LastError => _state.Error;

    /// <summary>
    /// Receives every change, in order and one at a time, after it is visible in <see cref="Current"/>. It runs on
    /// the read loop and has to be quick; what it throws ends the connection.
    /// </summary>
    public Action<ReplicaChange>? Changed { get; set; }

    /// <summary>Connects, follows, and connects again, until it is cancelled. To be called once.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        var backoff = _options.NewBackoff();
        Checkpoint? checkpoint = null;
        for (var attempt = 0; ; attempt++)
        {
            var started = _options.TimeProvider.GetTimestamp();
            var subscription = new Subscription(_options, _status, checkpoint, Publish);
            var failure = await FollowAsync(subscription, _options.Endpoints[attempt % _options.Endpoints.Length], ct)
                .ConfigureAwait(false);
            // A server that answers and then drops us, over and over, must not be asked at full speed.
            if (IsLive && _options.TimeProvider.GetElapsedTime(started) > _options.MaxBackoff)
                backoff.Reset();
            checkpoint = subscription.Checkpoint;
            if (ct.IsCancellationRequested) Close();
            ct.ThrowIfCancellationRequested();
            PublishLoss(failure.Message);
            await Task.Delay(backoff.Next(), _options.TimeProvider, ct).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Has the server execute a transaction. When this returns, <see cref="Current"/> shows what it changed. Several may be on
    /// their way at once.
    /// </summary>
    /// <exception cref="OvsdbConnectionException">
    /// There is no connection, or it was lost; see <see cref="OvsdbConnectionException.OutcomeUnknown"/>.
    /// </exception>
    /// <exception cref="OvsdbTransactionException">The server refused the transaction.</exception>
    public async Task<TransactionReply> TransactAsync(Transaction transaction, CancellationToken ct)
    {
        var state = _state;
        if (state.Session is not { } session)
            throw new OvsdbConnectionException(string.Join(',', _options.Endpoints), state.Error ?? "not connected yet");
        var schema = transaction.Database == _options.Database ? state.Snapshot!.Schema : null;
        using var timeout = new CancellationTokenSource(_options.TransactionTimeout, _options.TimeProvider);
        using var registration = timeout.Token.UnsafeRegister(_ => session.Abort(NoAnswer(session)), null);
        try
        {
            var result = await session
                .CallAsync("transact", writer => transaction.Write(writer, schema), ct)
                .ConfigureAwait(false);
            return TransactionReply.Read(result, transaction, schema);
        }
        catch (OvsdbRequestException e) when (e is not OvsdbTransactionException)
        {
            throw new OvsdbTransactionException($"transaction in {transaction.Database}", e.Error, e.Details, null, null);
        }
    }

    /// <summary>The first contents, followed live, that meet a condition. Contents may be skipped between two looks.</summary>
    public async Task<Snapshot> WhenAsync(Func<Snapshot, bool> predicate, CancellationToken ct)
    {
        while (true)
        {
            // The signal is read before the state, so that a change after the look at the state completes this very signal.
            var signal = Volatile.Read(ref _changed);
            if (_state is { Session: not null, Snapshot: { } snapshot } && predicate(snapshot))
                return snapshot;
            await signal.Task.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>The first contents that are followed live.</summary>
    public Task<Snapshot> WhenLiveAsync(CancellationToken ct) => WhenAsync(static _ => true, ct);

    OvsdbConnectionException NoAnswer(OvsdbSession session) =>
        new(session.Endpoint.ToString(), $"no answer to a transaction within {_options.TransactionTimeout.TotalSeconds:0.#} s");

    static async Task<Exception> FollowAsync(Subscription subscription, OvsdbEndpoint endpoint, CancellationToken ct)
    {
        try
        {
            await subscription.RunAsync(endpoint, ct).ConfigureAwait(false);
            return new OvsdbConnectionException(endpoint.ToString(), "the session ended");
        }
        catch (Exception e)
        {
            // Whatever it was, the answer is the same: say so, and connect again.
            return e is OvsdbConnectionException ? e : new OvsdbConnectionException(endpoint.ToString(), e.Message, e);
        }
    }

    // Changed is not called: whoever cancelled the replica need not be told.
    void Close()
    {
        _state = new(null, Current, "it was closed");
        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }

    void PublishLoss(string error)
    {
        try
        {
            Publish(null, new(IsLive: false, Current, [], IsReset: false, error));
        }
        catch (Exception e)
        {
            // The callback failed: there is no connection left that this could end.
            _state = _state with { Error = $"{error}; and then: {e.Message}" };
        }
    }

    void Publish(OvsdbSession? session, ReplicaChange change)
    {
        _state = new(session, change.Snapshot, change.Error);
        try
        {
            Changed?.Invoke(change);
        }
        finally
        {
            Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
        }
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
