using System.Collections.Immutable;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>A row that hosts share in a root table of the northbound database, and what this host has in it.</summary>
/// <param name="Row">The row as the first host makes it. If it exists, this host sets only <paramref name="Keys"/>.</param>
/// <param name="Keys">This host's entries in its external_ids.</param>
public sealed record DesiredShare(RowSpec Row, ImmutableSortedDictionary<string, string> Keys)
{
    /// <summary>
    /// Whether the keys depend on those of other hosts. If two hosts join at the same moment, the second must see the first.
    /// </summary>
    public bool DependsOnOthers { get; init; }
}

/// <summary>A row of the northbound database in which this host no longer has anything.</summary>
/// <param name="Row">The row. It is removed with the last share if Hawser made it and nobody else has a port on it.</param>
/// <param name="OtherKeys">This host's entries in its external_ids besides the shares.</param>
public sealed record LeftShare(RowKey Row, ImmutableArray<string> OtherKeys)
{
    /// <summary>The rows that are removed with the last share, children before the rows of root tables that hold them.</summary>
    public ImmutableArray<RowKey> LastRows { get; init; } = [];
}

/// <summary>An address that no other port of a switch may have when the endpoint's port is made.</summary>
/// <param name="Port">The endpoint's port.</param>
/// <param name="Switch">The switch.</param>
/// <param name="Key">The key in external_ids in which ports hold addresses of this family.</param>
/// <param name="Address">The address.</param>
public sealed record AddressClaim(string Port, string Switch, string Key, string Address);
