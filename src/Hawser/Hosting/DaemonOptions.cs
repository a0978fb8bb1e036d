using System.Collections.Immutable;
using System.Net;
using Hawser.Core;
using Hawser.Core.Options;
using Hawser.Docker;
using Hawser.Logging;
using Hawser.Ovn;
using Hawser.Ovsdb;
using Hawser.State;

namespace Hawser.Hosting;

/// <summary>What <c>hawser serve</c> was told on its command line.</summary>
sealed record DaemonOptions
{
    /// <summary>Where dockerd looks for plugins: a socket's name is the driver's name.</summary>
    public string PluginFolder { get; init; } = "/run/docker/plugins";

    /// <summary>The names that users write after <c>-d</c>, and the driver that each means.</summary>
    public ImmutableSortedDictionary<string, string> Drivers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether dockerd runs this as a managed plugin, and knows it by a name other than that of its socket.</summary>
    public bool IsManaged { get; init; }

    /// <summary>What the names of the firewall's chains start with.</summary>
    public string ChainPrefix => IsManaged ? Names.ManagedChainPrefix(Drivers.Values.First()) : Names.ChainPrefix;

    /// <summary>The socket that <c>hawser status</c> and similar verbs ask.</summary>
    public string AdminSocket { get; init; } = "/run/hawser/hawser.sock";

    /// <summary>The socket of <c>hawser netns-agent</c>, which is asked where this process may not enter namespaces.</summary>
    public string NamespaceAgent => Path.Combine(Path.GetDirectoryName(AdminSocket)!, "netns.sock");

    /// <summary>Docker's own API, or null to do without it; then nothing is pruned or taken over.</summary>
    public string? DockerSocket { get; init; } = "/var/run/docker.sock";

    /// <summary>The servers of the Open_vSwitch database, in the order they are tried.</summary>
    public ImmutableArray<OvsdbEndpoint> Ovsdb { get; init; } = [OvsdbEndpoint.Parse("unix:/run/openvswitch/db.sock")];

    /// <summary>Keys for servers reached by ssl.</summary>
    public OvsdbTls? Tls { get; init; }

    /// <summary>What the command line says about OVN's set-up.</summary>
    public OvnOverrides Ovn { get; init; } = new([], null);

    /// <summary>The scope of the driver <c>ovn</c>.</summary>
    public DriverScope Scope { get; init; }

    /// <summary>The mode of networks that name none.</summary>
    public BridgeMode Mode { get; init; } = BridgeMode.Nat;

    /// <summary>The network that the older flags ask for, which must exist, or null.</summary>
    public DefaultNetworkOptions? DefaultNetwork { get; init; }

    /// <summary>Where state is kept.</summary>
    public StateFolders Folders { get; init; } = StateFolders.Default;

    /// <summary>Which entries are logged.</summary>
    public LogThreshold LogLevel { get; init; } = LogThreshold.Info;

    /// <summary>The form of the log.</summary>
    public LogFormat LogFormat { get; init; }
}

/// <summary>The network that docker-ovs-plugin made for <c>--default-network=ovs:ovsbr-docker0</c>.</summary>
/// <param name="Bridge">Its bridge, and its name in Docker.</param>
/// <param name="Subnet">Its subnet, or null for one of Docker's choice.</param>
/// <param name="Gateway">Its gateway, or null for the subnet's first address.</param>
/// <param name="Mode">Its mode.</param>
/// <param name="Mtu">Its MTU, or null.</param>
sealed record DefaultNetworkOptions(string Bridge, IPNetwork? Subnet, IPAddress? Gateway, BridgeMode Mode, int? Mtu);
