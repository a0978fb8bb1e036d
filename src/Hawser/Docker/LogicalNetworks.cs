using System.Collections.Immutable;
using Hawser.Converge;
using Hawser.Core.Intent;
using Hawser.Core.Options;

namespace Hawser.Docker;

/// <summary>The networks of <c>-d ovn</c>: each a logical switch that hosts share.</summary>
sealed class LogicalNetworks(Converger converger, OvnCentral central) : NetworkKind
{
    public override string Driver => "ovn";

    public override NetworkRecord Read(CreateNetworkRequest request, DateTimeOffset now)
    {
        var options = LogicalNetworkOptionsParser.Parse(RequestOptions.ReadGeneric(request.Options));
        return With(options, NetworkRequests.Read(request, OnHost(options), now));
    }

    public override NetworkRecord Read(EngineNetwork network, DateTimeOffset now)
    {
        var options = LogicalNetworkOptionsParser.Parse(network.Options ?? ImmutableDictionary<string, string>.Empty);
        return Check(With(options, NetworkRequests.Read(network, OnHost(options), now)));
    }

    public override async Task ReadyAsync(TimeSpan deadline, CancellationToken ct)
    {
        await converger.DatabaseReadyAsync(deadline, ct);
        await central.ReadyAsync(deadline, ct);
    }

    public override NetworkRecord Check(NetworkRecord network) =>
        network.Options.Mtu is null ? network with { Options = network.Options with { Mtu = Underlay.InnerMtu(central.Settings) } } : network;

    // Nobody has the gateway's address on a switch without a router.
    public override bool HasNoGateway(GwAllocCheckRequest request)
    {
        LogicalNetworkOptionsParser.Parse(RequestOptions.ReadGeneric(request.Options));
        return true;
    }

    static NetworkOptions OnHost(LogicalNetworkOptions options) =>
        new() { Mode = BridgeMode.Flat, Mtu = options.Mtu, InterfacePrefix = options.InterfacePrefix };

    static NetworkRecord With(LogicalNetworkOptions options, NetworkRecord network) =>
        network with { Logical = new LogicalSwitch(options.Switch ?? DerivedName(network), options.PortSecurity) };

    // The same command on two hosts means the same switch.
    static string DerivedName(NetworkRecord network) =>
        network.Subnets.FirstOrDefault(s => s.IsReal) is { } subnet ? $"hawser-{subnet.Pool}" : $"hawser-{network.Id.Value}";
}
