using Hawser.Ovsdb;

namespace Hawser.Core.Tables;

/// <summary>
/// What a host says of OVN in <c>Open_vSwitch.external_ids</c>, where ovn-controller and OVN's tools read it
/// (ovn-controller(8)). Null means not set.
/// </summary>
public sealed record OvnSettings
{
    /// <summary>The bridge that ovn-controller uses if none is named.</summary>
    public const string DefaultBridge = "br-int";

    /// <summary><c>system-id</c>: this host's name among the chassis.</summary>
    public string? Chassis { get; init; }

    /// <summary><c>ovn-nb</c>: the servers of the northbound database.</summary>
    public string? Northbound { get; init; }

    /// <summary><c>ovn-remote</c>: the servers of the southbound database, which ovn-controller needs.</summary>
    public string? Southbound { get; init; }

    /// <summary><c>ovn-encap-ip</c>: where tunnels to this host end.</summary>
    public string? EncapIp { get; init; }

    /// <summary><c>ovn-encap-type</c>: geneve, vxlan or stt; several with commas.</summary>
    public string? EncapType { get; init; }

    /// <summary><c>ovn-bridge</c>: the integration bridge.</summary>
    public string Bridge { get; init; } = DefaultBridge;

    /// <summary>Private key, certificate and authority of the table SSL, if all are set.</summary>
    public OvsdbTls? Tls { get; init; }

    /// <summary>Reads the settings.</summary>
    public static OvnSettings Read(Snapshot snapshot)
    {
        if (snapshot[Vswitch.OpenVSwitch].Rows.FirstOrDefault() is not { } root || !root.TryGet(Marks.ExternalIds, out var ids))
            return new OvnSettings();
        return new OvnSettings
        {
            Chassis = Value("system-id"),
            Northbound = Value("ovn-nb"),
            Southbound = Value("ovn-remote"),
            EncapIp = Value("ovn-encap-ip"),
            EncapType = Value("ovn-encap-type"),
            Bridge = Value("ovn-bridge") ?? DefaultBridge,
            Tls = ReadTls(snapshot),
        };

        string? Value(string key) => ids.StringValue(key) is { Length: > 0 } value ? value : null;
    }

    static OvsdbTls? ReadTls(Snapshot snapshot)
    {
        if (snapshot[Vswitch.Ssl].Rows.FirstOrDefault() is not { } ssl) return null;
        var (key, certificate, authority) = (ssl.Get(Vswitch.PrivateKey), ssl.Get(Vswitch.Certificate), ssl.Get(Vswitch.CaCertificate));
        return key.Length > 0 && certificate.Length > 0 && authority.Length > 0 ? new OvsdbTls(authority, certificate, key) : null;
    }
}
