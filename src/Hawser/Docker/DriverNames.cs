using System.Collections.Immutable;
using Hawser.Docker.Engine;

namespace Hawser.Docker;

/// <summary>
/// The names by which Docker knows the drivers: those of their sockets. A managed plugin is known by the name and tag that
/// it was installed under, and only Docker's API tells it those.
/// </summary>
/// <param name="sockets">The drivers, by the names of their sockets.</param>
/// <param name="isManaged">Whether this daemon is a managed plugin. If not, it leaves the networks of managed plugins alone.</param>
sealed class DriverNames(IReadOnlyDictionary<string, NetworkKind> sockets, bool isManaged)
{
    const string Program = "/hawser";

    ImmutableDictionary<string, NetworkKind> _kinds =
        isManaged ? ImmutableDictionary<string, NetworkKind>.Empty : sockets.ToImmutableDictionary();

    /// <summary>All names.</summary>
    public ImmutableArray<string> All => [.. _kinds.Keys];

    /// <summary>Whether a managed plugin is Hawser, under whatever name.</summary>
    public static bool IsHawser(EnginePlugin plugin) =>
        plugin.Config?.Entrypoint is [var program, ..] && program.EndsWith(Program, StringComparison.Ordinal);

    /// <summary>Takes the names from the list of managed plugins.</summary>
    /// <exception cref="EngineException">This daemon is a managed plugin, and Docker does not list it.</exception>
    public void Learn(ImmutableArray<EnginePlugin> plugins)
    {
        if (!isManaged) return;
        foreach (var plugin in plugins.Where(IsHawser))
        {
            var socket = Path.GetFileNameWithoutExtension(plugin.Config?.Interface?.Socket ?? "");
            if (sockets.GetValueOrDefault(socket) is { } kind) _kinds = _kinds.SetItem(plugin.Name, kind);
        }
        if (_kinds.IsEmpty) throw new EngineException("Docker lists no managed plugin that is this one", status: null);
    }

    /// <summary>The kind of network that a driver makes, or null if the driver is not Hawser's.</summary>
    public NetworkKind? KindOf(string driver) => _kinds.GetValueOrDefault(driver);
}
