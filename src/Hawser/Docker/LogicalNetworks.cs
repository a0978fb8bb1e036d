using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Docker.Engine;
using Hawser.Docker.Plugin;
using Hawser.Ovn;

namespace Hawser.Docker;

/// <summary>The networks of <c>-d ovn</c>: each a logical switch that hosts share.</summary>
sealed class LogicalNetworks(Converger converger, OvnCentral central) : NetworkKind
{
    // The domain that docker-ovn-driver uses for a network that names none.
    const string DefaultVrf = "default";

    public override string Driver => "ovn";

    public override NetworkRecord Read(CreateNetworkRequest request, DateTimeOffset now)
    {
        var options = LogicalNetworkOptionsParser.Parse(RequestOptions.ReadGeneric(request.Options));
        return With(options, NetworkRequests.Read(request, OnHost(options), now));
    }

    public override NetworkRecord Read(EngineNetwork network, DateTimeOffset now)
    {
        var options = LogicalNetworkOptionsParser.Parse(NetworkRequests.OptionsOf(network));
        return Check(With(options, NetworkRequests.Read(network, OnHost(options), now)));
    }

    public override async Task ReadyAsync(TimeSpan deadline, CancellationToken ct)
    {
        await converger.DatabaseReadyAsync(deadline, ct);
        await central.ReadyAsync(deadline, ct);
    }

    public override NetworkRecord Check(NetworkRecord network)
    {
        if (network.Logical is { Parent: not null } && !converger.Facts.ForeignBridges.ContainsKey(network.Bridge))
        {
            throw new PluginException($"option ovn.bridge: \"{network.Bridge}\" is not allowed: "
                + "Open vSwitch's database has no such bridge; it is the one that this machine's network card is a port of");
        }
        return network.Options.Mtu is null
            ? network with { Options = network.Options with { Mtu = Underlay.InnerMtu(central.Settings) } }
            : network;
    }

    public override Task CheckAsync(NetworkRecord network, EndpointRecord endpoint, CancellationToken ct) =>
        new ForeignPorts(central).CheckAsync(network.Logical!, endpoint, ct);

    // Hosts share the switch, and Docker before 28 always asks for a gateway: one host's gateway must not be another host's
    // container.
    public override bool HasNoGateway(GwAllocCheckRequest request)
    {
        LogicalNetworkOptionsParser.Parse(RequestOptions.ReadGeneric(request.Options));
        return false;
    }

    // In a swarm a subnet may be used again, an id is not.
    public override IReadOnlyDictionary<string, string> Allocate(NetworkId network, IReadOnlyDictionary<string, string> options) =>
        LogicalNetworkOptionsParser.Parse(options) is { Switch: null, HasHashedName: false }
            ? options.Append(new(LogicalNetworkOptionsParser.SwitchOption, network.Value)).ToImmutableDictionary()
            : options;

    static NetworkOptions OnHost(LogicalNetworkOptions options) =>
        new() { Mode = BridgeMode.Flat, BridgeName = options.Bridge, Mtu = options.Mtu, InterfacePrefix = options.InterfacePrefix };

    static NetworkRecord With(LogicalNetworkOptions options, NetworkRecord network) =>
        network with
        {
            Logical = new LogicalSwitch(options.Switch ?? DerivedName(network, options), options.PortSecurity)
            {
                Vrf = options.Vrf,
                Dns = options.Dns,
                Parent = options.Parent,
            },
        };

    // The same command on two hosts means the same switch, and Docker tells a network's subnets in any order.
    static string DerivedName(NetworkRecord network, LogicalNetworkOptions options)
    {
        var subnet = network.Subnets.Where(s => s.IsReal).Select(s => s.Pool)
            .OrderBy(p => p.BaseAddress.AddressFamily)
            .ThenBy(p => Convert.ToHexString(p.BaseAddress.GetAddressBytes()), StringComparer.Ordinal)
            .Select(p => p.ToString())
            .FirstOrDefault();
        if (options.HasHashedName)
        {
            if (subnet is null)
            {
                throw new PluginException("option ovn.switch: \"sha256\" is not allowed: "
                    + "it stands for a name made of the subnet, and this network has none");
            }
            var text = $"{(options.Vrf ?? DefaultVrf).ToLowerInvariant()}-{subnet}";
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
        return $"hawser-{(options.Vrf is { } vrf ? $"{vrf}-" : "")}{subnet ?? network.Id.Value}";
    }
}
