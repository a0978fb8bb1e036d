namespace Hawser.Ovsdb;

/// <summary>An entry of a map of strings, such as <c>external_ids:iface-id</c>.</summary>
/// <param name="Column">The column.</param>
/// <param name="Key">The key.</param>
public readonly record struct MapEntry(string Column, string Key)
{
    /// <summary>As ovs-vsctl writes it.</summary>
    public override string ToString() => $"{Column}:{Key}";

    internal string? ValueIn(Row row) => row.TryGet(Column, out var map) ? map.StringValue(Key) : null;
}
