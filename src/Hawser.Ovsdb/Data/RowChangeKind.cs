namespace Hawser.Ovsdb;

/// <summary>What happened to a row.</summary>
public enum RowChangeKind
{
    /// <summary>The row appeared, or began to meet the monitor's conditions.</summary>
    Inserted,

    /// <summary>Monitored columns of the row changed.</summary>
    Modified,

    /// <summary>The row vanished, or ceased to meet the monitor's conditions.</summary>
    Deleted,
}
