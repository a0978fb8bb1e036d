namespace Hawser.Ovsdb;

/// <summary>How one row differs between two consecutive snapshots.</summary>
/// <param name="Table">The row's table.</param>
/// <param name="Uuid">The row's identity.</param>
/// <param name="Old">The row before; null when it was inserted.</param>
/// <param name="New">The row after; null when it was deleted.</param>
public readonly record struct RowChange(string Table, Guid Uuid, Row? Old, Row? New)
{
    /// <summary>What happened.</summary>
    public RowChangeKind Kind => (Old, New) switch
    {
        (null, _) => RowChangeKind.Inserted,
        (_, null) => RowChangeKind.Deleted,
        _ => RowChangeKind.Modified,
    };
}
