namespace Hawser.Core;

/// <summary>Docker's id of a network: 64 hex digits for a local one, another form in a swarm. Opaque.</summary>
public readonly record struct NetworkId(string Value) : IComparable<NetworkId>
{
    /// <summary>The first twelve digits, as <c>docker network ls</c> shows them. For people only, never for a name.</summary>
    public string Short => Value.Length > 12 ? Value[..12] : Value;

    /// <inheritdoc/>
    public int CompareTo(NetworkId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Docker's id of an endpoint: one attachment of one container to one network. Opaque.</summary>
public readonly record struct EndpointId(string Value) : IComparable<EndpointId>
{
    /// <summary>The first twelve digits. For people only, never for a name.</summary>
    public string Short => Value.Length > 12 ? Value[..12] : Value;

    /// <inheritdoc/>
    public int CompareTo(EndpointId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>What tells an attachment from others: its container and the link's name in there, as "3f2a9c0d1e2f-eth1".</summary>
public readonly record struct AttachmentId(string Value) : IComparable<AttachmentId>
{
    // As many digits as Docker shows; it makes them the container's host name, too.
    const int Digits = 12;

    /// <summary>The id of a link of a container.</summary>
    /// <param name="container">Docker's id of the container.</param>
    /// <param name="link">The link's name in the container.</param>
    public static AttachmentId Of(string container, string link) => new($"{container[..Math.Min(Digits, container.Length)]}-{link}");

    /// <inheritdoc/>
    public int CompareTo(AttachmentId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The id of one installation's state folder. Rows of another instance are never ours to prune.</summary>
public readonly record struct InstanceId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
