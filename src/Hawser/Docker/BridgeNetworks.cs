using System.Collections.Immutable;
using Hawser.Converge;
using Hawser.Core.Intent;
using Hawser.Core.Options;

namespace Hawser.Docker;

/// <summary>The networks of <c>-d ovs</c>: each on a bridge of this host.</summary>
sealed class BridgeNetworks(Converger converger, HostChecks checks, BridgeMode defaultMode) : NetworkKind
{
    public override string Driver => "ovs";

    public override NetworkRecord Read(CreateNetworkRequest request, DateTimeOffset now) =>
        NetworkRequests.Read(request, NetworkOptionsParser.Parse(RequestOptions.ReadGeneric(request.Options), defaultMode), now);

    public override NetworkRecord Read(EngineNetwork network, DateTimeOffset now) =>
        NetworkRequests.Read(network, NetworkOptionsParser.Parse(network.Options ?? ImmutableDictionary<string, string>.Empty, defaultMode), now);

    public override Task ReadyAsync(TimeSpan deadline, CancellationToken ct) => converger.DatabaseReadyAsync(deadline, ct);

    public override NetworkRecord Check(NetworkRecord network)
    {
        checks.Check(network, converger.Facts);
        return network;
    }

    public override bool HasNoGateway(GwAllocCheckRequest request) =>
        NetworkOptionsParser.Parse(RequestOptions.ReadGeneric(request.Options), defaultMode).Mode == BridgeMode.Flat
        || RequestOptions.ReadFlag(request.Options, RequestOptions.Internal, whenAbsent: false);
}
