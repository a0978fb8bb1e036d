using Hawser.Core;
using Hawser.Core.Plan;

namespace Hawser.Apply;

/// <summary>A unit with what must exist for it.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Desired">What must exist, or null if nothing of it may.</param>
/// <param name="OfAnyInstance">Whether surplus rows go whichever installation marked them, as when Docker or a user said so.</param>
readonly record struct PlannedUnit(UnitId Unit, DesiredUnit? Desired, bool OfAnyInstance)
{
    /// <summary>Why the unit could not be planned, or null. Then nothing of it is changed.</summary>
    public string? Failure { get; init; }
}
