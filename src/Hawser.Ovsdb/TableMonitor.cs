using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>Which part of a table a replica follows.</summary>
public sealed record TableMonitor(string Table)
{
    /// <summary>A table and its columns; without any, all that the server's schema has.</summary>
    public TableMonitor(string table, params IEnumerable<string> columns)
        : this(table) => Columns = [.. columns];

    /// <summary>The columns; empty for all that the server's schema has.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>Columns that are followed where the server's schema has them, even if <see cref="Required"/>.</summary>
    public ImmutableArray<string> OptionalColumns { get; init; } = [];

    /// <summary>
    /// Which rows: those that meet any of these conditions; all when there is none. Note that a monitor's conditions
    /// are alternatives, unlike those of an operation (ovsdb-server(7) §4.1.12). Servers before OVS 2.6 send all rows.
    /// </summary>
    public ImmutableArray<Condition> Where { get; init; } = [];

    /// <summary>Entries of maps by whose values rows are found without a scan (<see cref="TableSnapshot.FindAll"/>).</summary>
    public ImmutableArray<MapEntry> Lookups { get; init; } = [];

    /// <summary>Whether a schema without this table, or without one of <see cref="Columns"/>, is refused.</summary>
    public bool Required { get; init; }
}
