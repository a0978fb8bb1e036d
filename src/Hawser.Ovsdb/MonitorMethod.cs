namespace Hawser.Ovsdb;

/// <summary>The forms of monitoring, newest last.</summary>
enum MonitorMethod
{
    /// <summary><c>monitor</c> of RFC 7047 §4.1.5.</summary>
    Plain,

    /// <summary><c>monitor_cond</c>, since OVS 2.6 (ovsdb-server(7) §4.1.12).</summary>
    Cond,

    /// <summary><c>monitor_cond_since</c>, since OVS 2.12 (ovsdb-server(7) §4.1.15).</summary>
    CondSince,
}
