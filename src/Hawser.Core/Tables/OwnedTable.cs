using System.Collections.Immutable;
using Hawser.Ovsdb;

namespace Hawser.Core.Tables;

/// <summary>
/// A table in which Hawser has rows, or reads those of others. Lists of these say what is followed, what is pruned and what is
/// shown as an orphan, so that a table or a column is added in one place.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">The columns that are read and written, which every supported version has.</param>
public sealed record OwnedTable(string Name, ValueArray<string> Columns)
{
    /// <summary>Columns that some versions lack. With those, only a plan that fills them is refused.</summary>
    public ValueArray<string> Optional { get; init; } = [];

    /// <summary>The columns that refer to its rows. A row that goes is taken out of them.</summary>
    public ValueArray<ParentColumn> Parents { get; init; } = [];

    /// <summary>Whether rows of other hosts are followed too, in the database that hosts share.</summary>
    public bool IsWatchedWhole { get; init; }

    /// <summary>
    /// Whether a marked row that nothing asks for is removed, and is shown as an orphan. An interface goes with its port.
    /// </summary>
    public bool IsPruned { get; init; } = true;

    /// <summary>Whether some versions lack the whole table. With those, only a plan that has rows in it is refused.</summary>
    public bool MayBeLacking { get; init; }

    /// <summary>What a replica has to follow.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="concerned">Which rows to follow of tables that are not watched whole.</param>
    public static ImmutableArray<TableMonitor> Monitors(ImmutableArray<OwnedTable> tables, params ImmutableArray<Condition> concerned) =>
    [
        .. from table in tables
           select new TableMonitor(table.Name, table.Columns)
           {
               OptionalColumns = [.. table.Optional],
               Where = table.IsWatchedWhole ? [] : concerned,
               Required = !table.MayBeLacking,
               Lookups = table.IsPruned ? Marks.Lookups : [],
           },
    ];
}

/// <summary>A column that refers to rows of another table.</summary>
public readonly record struct ParentColumn(string Table, string Column);
