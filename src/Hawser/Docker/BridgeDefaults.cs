using Hawser.Core.Options;

namespace Hawser.Docker;

/// <summary>What a name of the driver <c>ovs</c> brings for what Docker's request does not say.</summary>
/// <param name="Mode">The mode of networks that name none.</param>
/// <param name="InternalHasWayOut">
/// Whether <c>--internal</c> in the modes nat and routed keeps Docker's docker_gwbridge away and nothing more, so that the
/// network has its gateway and its way out.
/// </param>
sealed record BridgeDefaults(BridgeMode Mode, bool InternalHasWayOut = false)
{
    // Its networks are flat unless they say nat, and its manual has --internal on all of them.
    static readonly BridgeDefaults Dovesnap = new(BridgeMode.Flat, InternalHasWayOut: true);

    /// <summary>The defaults of a name.</summary>
    /// <param name="name">What users write after <c>-d</c>.</param>
    /// <param name="mode">The daemon's own default.</param>
    public static BridgeDefaults Of(string name, BridgeMode mode) => name == "dovesnap" ? Dovesnap : new(mode);

    /// <summary>Whether a network of a mode that was made with <c>--internal</c> has a way out all the same.</summary>
    public bool HasWayOut(BridgeMode mode) => InternalHasWayOut && mode != BridgeMode.Flat;
}
