using System.Collections.Immutable;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Docker.Engine;
using Hawser.Docker.Plugin;

namespace Hawser.Docker;

/// <summary>What differs between the networks of the drivers; all else is the same for both.</summary>
abstract class NetworkKind
{
    /// <summary>The names of all drivers.</summary>
    public static ImmutableArray<string> Drivers { get; } = ["ovs", "ovn"];

    /// <summary>The driver's name, as a user writes it after <c>-d</c>.</summary>
    public abstract string Driver { get; }

    /// <summary>Reads what Docker says of a new network.</summary>
    /// <exception cref="PluginException">An option is not allowed.</exception>
    public abstract NetworkRecord Read(CreateNetworkRequest request, DateTimeOffset now);

    /// <summary>Reads what Docker's API says of a network that Hawser no longer knows.</summary>
    /// <exception cref="PluginException">An option is not allowed.</exception>
    public abstract NetworkRecord Read(EngineNetwork network, DateTimeOffset now);

    /// <summary>Waits until the databases that its networks live in can be reached.</summary>
    /// <exception cref="PluginException">They cannot be reached within the deadline.</exception>
    public abstract Task ReadyAsync(TimeSpan deadline, CancellationToken ct);

    /// <summary>Refuses a network that this host cannot have, and fills in what the host decides.</summary>
    /// <exception cref="PluginException">The host cannot have it.</exception>
    public abstract NetworkRecord Check(NetworkRecord network);

    /// <summary>Refuses an endpoint whose address a foreign port of the same switch already has.</summary>
    /// <exception cref="PluginException">The address cannot be had.</exception>
    public virtual Task CheckAsync(NetworkRecord network, EndpointRecord endpoint, CancellationToken ct) => Task.CompletedTask;

    /// <summary>The options that every node of a swarm makes a network with: dockerd gives the nodes only these.</summary>
    /// <exception cref="PluginException">An option is not allowed.</exception>
    public virtual IReadOnlyDictionary<string, string> Allocate(NetworkId network, IReadOnlyDictionary<string, string> options) => options;

    /// <summary>Whether a network needs no gateway address, since nobody will have it.</summary>
    /// <exception cref="PluginException">An option is not allowed.</exception>
    public abstract bool HasNoGateway(GwAllocCheckRequest request);
}
