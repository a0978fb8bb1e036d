using Hawser.Converge;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Docker.Engine;
using Hawser.Docker.Plugin;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.Docker;

/// <summary>The networks of <c>-d ovs</c>, or of another name for it: each on a bridge of this host.</summary>
sealed class BridgeNetworks(Converger converger, HostChecks checks, BridgeDefaults defaults, ILogger logger) : NetworkKind
{
    public override string Driver => "ovs";

    public override NetworkRecord Read(CreateNetworkRequest request, DateTimeOffset now) =>
        WithDefaults(NetworkRequests.Read(request, Parse(RequestOptions.ReadGeneric(request.Options)), now));

    public override NetworkRecord Read(EngineNetwork network, DateTimeOffset now) =>
        WithDefaults(NetworkRequests.Read(network, Parse(NetworkRequests.OptionsOf(network)), now));

    public override Task ReadyAsync(TimeSpan deadline, CancellationToken ct) => converger.DatabaseReadyAsync(deadline, ct);

    public override NetworkRecord Check(NetworkRecord network)
    {
        checks.Check(network, converger.Facts);
        return network;
    }

    public override bool HasNoGateway(GwAllocCheckRequest request)
    {
        var mode = Parse(RequestOptions.ReadGeneric(request.Options)).Mode;
        var isInternal = RequestOptions.ReadFlag(request.Options, RequestOptions.Internal, whenAbsent: false);
        return mode == BridgeMode.Flat || (isInternal && !defaults.HasWayOut(mode));
    }

    NetworkOptions Parse(IEnumerable<KeyValuePair<string, string>> options) => NetworkOptionsParser.Parse(options, defaults.Mode);

    NetworkRecord WithDefaults(NetworkRecord network)
    {
        if (!network.IsInternal || !defaults.HasWayOut(network.Options.Mode)) return network;
        logger.InternalHasWayOut(network.Id.Short, network.Options.Mode.ToString().ToLowerInvariant());
        return network with { IsInternal = false };
    }
}
