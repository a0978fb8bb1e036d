namespace Hawser.Apply;

/// <summary>How far reality has come for a unit.</summary>
enum UnitState
{
    /// <summary>Something is missing, and is being tried.</summary>
    Pending,

    /// <summary>Links are made; rows wait for the next transaction.</summary>
    Linked,

    /// <summary>Links are made and rows are committed; ovs-vswitchd or OVN has not said that it did its part.</summary>
    Applied,

    /// <summary>All is as it should be.</summary>
    Ready,

    /// <summary>Nothing of it exists any more.</summary>
    Gone,

    /// <summary>It cannot become as it should be, for a reason that waiting does not mend.</summary>
    Failed,
}
