using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>How one connection is made and kept.</summary>
public sealed record OvsdbSessionOptions
{
    /// <summary>The files of an <c>ssl:</c> endpoint.</summary>
    public OvsdbTls? Tls { get; init; }

    /// <summary>How long connecting, the TLS handshake included, may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a tcp or ssl server may be silent until it is sent an <c>echo</c>, and how long it may take to answer until
    /// the session ends. Zero turns probes off. Unix sockets need none (OVS lib/stream.c, stream_or_pstream_needs_probes).
    /// </summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Receives the method and parameters of every notification, on the read loop and in the server's order; nothing
    /// else is read until it returns. What it throws ends the session.
    /// </summary>
    public Action<string, JsonElement>? Notified { get; init; }

    /// <summary>The clock of timeouts and probes.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
