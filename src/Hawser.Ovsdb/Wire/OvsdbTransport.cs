namespace Hawser.Ovsdb;

/// <summary>How a server is reached (RFC 7047 §4, ovsdb(7) "Connection Methods").</summary>
public enum OvsdbTransport
{
    /// <summary>A local socket in the file system.</summary>
    Unix,

    /// <summary>TCP in the clear.</summary>
    Tcp,

    /// <summary>TLS over TCP.</summary>
    Ssl,
}
