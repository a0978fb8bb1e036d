namespace Hawser.Core;

/// <summary>
/// What is planned, applied and healed as one: "bridge/NAME", "router/VRF", "switch/NAME" or "endpoint/ID". Written into <c>external_ids:hawser-unit</c>
/// and the aliases of links, so that whoever finds a row or a link knows what it is for.
/// </summary>
public readonly record struct UnitId(string Value) : IComparable<UnitId>
{
    const string BridgeKind = "bridge/";
    const string RouterKind = "router/";
    const string SwitchKind = "switch/";
    const string EndpointKind = "endpoint/";

    /// <summary>The unit of a bridge with its gateway ports and uplinks.</summary>
    public static UnitId Bridge(string name) => new(BridgeKind + name);

    /// <summary>The unit of a routing domain: this host's share of its distributed router, and the host's own gateway router.</summary>
    public static UnitId Router(string vrf) => new(RouterKind + vrf);

    /// <summary>The unit of a logical switch: this host's share of it.</summary>
    public static UnitId Switch(string name) => new(SwitchKind + name);

    /// <summary>The unit of an endpoint: its veth pair and its port.</summary>
    public static UnitId Endpoint(EndpointId id) => new(EndpointKind + id.Value);

    /// <summary>The bridge's name, or null if this is no bridge's unit.</summary>
    public string? BridgeName => Value.StartsWith(BridgeKind, StringComparison.Ordinal) ? Value[BridgeKind.Length..] : null;

    /// <summary>The routing domain, or null if this is none's unit.</summary>
    public string? Vrf => Value.StartsWith(RouterKind, StringComparison.Ordinal) ? Value[RouterKind.Length..] : null;

    /// <summary>The logical switch's name, or null if this is no switch's unit.</summary>
    public string? SwitchName => Value.StartsWith(SwitchKind, StringComparison.Ordinal) ? Value[SwitchKind.Length..] : null;

    /// <summary>The endpoint, or null if this is no endpoint's unit.</summary>
    public EndpointId? EndpointId => Value.StartsWith(EndpointKind, StringComparison.Ordinal) ? new EndpointId(Value[EndpointKind.Length..]) : null;

    /// <inheritdoc/>
    public int CompareTo(UnitId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
