using System.Collections.Immutable;
using Hawser.Docker.Engine;

namespace Hawser.Docker;

/// <summary>
/// The names by which Docker knows the drivers: those of their sockets. A managed plugin's is the name and tag that it was
/// installed under, which nobody tells it but Docker's API.
/// </summary>
/// <param name="sockets">The drivers, by the names of their sockets.</param>
/// <param name="isManaged">Whether this daemon is a managed plugin. One that is not leaves their networks alone.</param>
sealed class DriverNames(IReadOnlyDictionary<string, NetworkKind> sockets, bool isManaged)
{
    const string Program = "/hawser";

    ImmutableDictionary<string, NetworkKind> _kinds = isManaged ? ImmutableDictionary<string, NetworkKind>.Empty : sockets.ToImmutableDictionary();

    /// <summary>All names.</summary>
    public ImmutableArray<string> All => [.. _kinds.Keys];

    /// <summary>Whether a managed plugin is Hawser, under whatever name.</summary>
    public static bool IsHawser(EnginePlugin plugin) => plugin.Config?.Entrypoint is [var program, ..] && program.EndsWith(Program, StringComparison.Ordinal);

    /// <summary>Takes in which managed plugins there are.</summary>
    /// <exception cref="EngineException">This daemon is one, and Docker does not list it.</exception>
    public void Learn(ImmutableArray<EnginePlugin> plugins)
    {
        if (!isManaged) return;
        foreach (var plugin in plugins.Where(IsHawser))
        {
            if (sockets.GetValueOrDefault(Path.GetFileNameWithoutExtension(plugin.Config?.Interface?.Socket ?? "")) is { } kind) _kinds = _kinds.SetItem(plugin.Name, kind);
        }
        if (_kinds.IsEmpty) throw new EngineException("Docker lists no managed plugin that is this one", status: null);
    }

    /// <summary>What a network's driver is, or null if it is none of Hawser's.</summary>
    public NetworkKind? KindOf(string driver) => _kinds.GetValueOrDefault(driver);
}
