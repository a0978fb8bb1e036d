using Hawser.Core.Options;

namespace Hawser.Docker;

/// <summary>The defaults that a name of the driver <c>ovs</c> brings for what Docker's request leaves open.</summary>
/// <param name="Mode">The mode of networks that name none.</param>
/// <param name="InternalHasWayOut">
/// Whether <c>--internal</c> in the modes nat and routed only keeps Docker's docker_gwbridge away, and leaves the network
/// its gateway and its way out.
/// </param>
sealed record BridgeDefaults(BridgeMode Mode, bool InternalHasWayOut = false)
{
    // Dovesnap's networks are flat unless they ask for nat, and its manual makes all of them with --internal.
    static readonly BridgeDefaults Dovesnap = new(BridgeMode.Flat, InternalHasWayOut: true);

    /// <summary>The defaults of a name.</summary>
    /// <param name="name">What users write after <c>-d</c>.</param>
    /// <param name="mode">The daemon's own default.</param>
    public static BridgeDefaults Of(string name, BridgeMode mode) => name == "dovesnap" ? Dovesnap : new(mode);

    /// <summary>Whether a network of this mode has a way out even if it was made with <c>--internal</c>.</summary>
    public bool HasWayOut(BridgeMode mode) => InternalHasWayOut && mode != BridgeMode.Flat;
}
