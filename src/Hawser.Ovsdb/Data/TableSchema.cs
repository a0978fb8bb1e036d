using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Hawser.Ovsdb;

/// <summary>One table as the server's schema declares it (RFC 7047 §3.2).</summary>
public sealed class TableSchema
{
    internal TableSchema(
        string name, bool isRoot, ImmutableArray<ImmutableArray<string>> indexes, IEnumerable<ColumnSchema> columns)
    {
        (Name, IsRoot, Indexes) = (name, isRoot, indexes);
        Columns = columns.ToFrozenDictionary(static column => column.Name, StringComparer.Ordinal);
    }

    /// <summary>The table's name.</summary>
    public string Name { get; }

    /// <summary>Whether rows stay that nothing refers to. Those of other tables are garbage-collected silently.</summary>
    public bool IsRoot { get; }

    /// <summary>Sets of columns whose values together are unique in the table.</summary>
    public ImmutableArray<ImmutableArray<string>> Indexes { get; }

    /// <summary>The columns by name, without <c>_uuid</c> and <c>_version</c>.</summary>
    public FrozenDictionary<string, ColumnSchema> Columns { get; }

    /// <summary>The declaration of a column, <c>_uuid</c> and <c>_version</c> included, or null.</summary>
    internal ColumnSchema? Find(string column) =>
        Columns.GetValueOrDefault(column) ?? (column is "_uuid" or "_version" ? ColumnSchema.OfUuid(column) : null);
}
