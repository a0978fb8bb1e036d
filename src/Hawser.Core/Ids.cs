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

/// <summary>The id of one installation's state folder. Rows of another instance are never ours to prune.</summary>
public readonly record struct InstanceId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
