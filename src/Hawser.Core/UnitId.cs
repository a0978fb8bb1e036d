namespace Hawser.Core;

/// <summary>The kinds of units, in the order in which they are applied: what others are built on comes first.</summary>
public enum UnitKind
{
    /// <summary>A bridge with its gateway ports and uplinks.</summary>
    Bridge,

    /// <summary>A routing domain: this host's share of its distributed router, and the host's own gateway router.</summary>
    Router,

    /// <summary>This host's share of a logical switch.</summary>
    Switch,

    /// <summary>An endpoint: its veth pair and its port.</summary>
    Endpoint,

    /// <summary>An attachment: a link of a container that the operator plugged into a bridge, and its port.</summary>
    Attachment,

    /// <summary>A kind that another version of Hawser has. This version plans nothing for it.</summary>
    Unknown,
}

/// <summary>
/// What is planned, applied and healed as one. It is written as "bridge/NAME", "router/VRF", "switch/NAME", "endpoint/ID" or
/// "attachment/ID" into <c>external_ids:hawser-unit</c> and the aliases of links, so that whoever finds a row or a link knows what it
/// is for.
/// </summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">What tells it from others of its kind. For an unknown kind, the whole of what is written.</param>
public readonly record struct UnitId(UnitKind Kind, string Name) : IComparable<UnitId>
{
    static readonly string[] Prefixes = ["bridge/", "router/", "switch/", "endpoint/", "attachment/"];

    /// <summary>How it is written.</summary>
    public string Value => Kind == UnitKind.Unknown ? Name : Prefixes[(int)Kind] + Name;

    /// <summary>The endpoint, or null if this is no endpoint's unit.</summary>
    public EndpointId? EndpointId => Kind == UnitKind.Endpoint ? new EndpointId(Name) : null;

    /// <summary>The attachment, or null if this is no attachment's unit.</summary>
    public AttachmentId? AttachmentId => Kind == UnitKind.Attachment ? new AttachmentId(Name) : null;

    /// <summary>The unit of a bridge.</summary>
    public static UnitId Bridge(string name) => new(UnitKind.Bridge, name);

    /// <summary>The unit of a routing domain.</summary>
    public static UnitId Router(string vrf) => new(UnitKind.Router, vrf);

    /// <summary>The unit of a logical switch.</summary>
    public static UnitId Switch(string name) => new(UnitKind.Switch, name);

    /// <summary>The unit of an endpoint.</summary>
    public static UnitId Endpoint(EndpointId id) => new(UnitKind.Endpoint, id.Value);

    /// <summary>The unit of an attachment.</summary>
    public static UnitId Attachment(AttachmentId id) => new(UnitKind.Attachment, id.Value);

    /// <summary>Reads what <see cref="Value"/> wrote.</summary>
    public static UnitId Parse(string text)
    {
        for (var kind = 0; kind < Prefixes.Length; kind++)
        {
            if (text.StartsWith(Prefixes[kind], StringComparison.Ordinal)) return new UnitId((UnitKind)kind, text[Prefixes[kind].Length..]);
        }
        return new UnitId(UnitKind.Unknown, text);
    }

    /// <inheritdoc/>
    public int CompareTo(UnitId other) => Kind != other.Kind ? Kind.CompareTo(other.Kind) : string.CompareOrdinal(Name, other.Name);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
