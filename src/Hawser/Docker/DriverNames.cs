using System.Collections.Immutable;

namespace Hawser.Docker;

/// <summary>
/// The names by which Docker knows the drivers: those of their sockets, and where Hawser is a managed plugin the name and tag
/// that it was installed under, which nobody tells it but Docker's API.
/// </summary>
sealed class DriverNames(IReadOnlyDictionary<string, NetworkKind> sockets)
{
    const string Program = "/hawser";

    ImmutableDictionary<string, NetworkKind> _kinds = sockets.ToImmutableDictionary();

    /// <summary>All names.</summary>
    public ImmutableArray<string> All => [.. _kinds.Keys];

    /// <summary>Takes in which managed plugins there are.</summary>
    public void Learn(ImmutableArray<EnginePlugin> plugins)
    {
        foreach (var plugin in plugins.Where(p => p.Config?.Entrypoint is [var program, ..] && program.EndsWith(Program, StringComparison.Ordinal)))
        {
            if (sockets.GetValueOrDefault(Path.GetFileNameWithoutExtension(plugin.Config?.Interface?.Socket ?? "")) is { } kind) _kinds = _kinds.SetItem(plugin.Name, kind);
        }
    }

    /// <summary>What a network's driver is, or null if it is none of Hawser's.</summary>
    public NetworkKind? KindOf(string driver) => _kinds.GetValueOrDefault(driver);
}
