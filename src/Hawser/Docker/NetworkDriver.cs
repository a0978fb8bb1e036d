using System.Collections.Immutable;
using Hawser.Apply;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Plan;
using Hawser.Docker.Plugin;
using Hawser.Logging;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Docker;

/// <summary>
/// The calls of libnetwork's remote driver. Each changes intent and waits until reality agrees; none writes rows, links
/// or rules itself. Calls that remove something always succeed: the converger goes on with what they could not do in time.
/// </summary>
sealed class NetworkDriver(
    NetworkKind kind, IntentStore store, RemovedNetworks removed, Converger converger, PortBook ports, IpamDriver ipam,
    ILogger logger, TimeProvider time)
{
    // dockerd waits without limit, and in CreateEndpoint with the network locked: a call ends within 15 s (PluginRoute).
    static readonly TimeSpan DatabaseDeadline = TimeSpan.FromSeconds(4);
    static readonly TimeSpan SettleDeadline = TimeSpan.FromSeconds(8);
    // Nothing is locked during Join, and ovn-northd takes up to 8 s to find the new leader of its database.
    static readonly TimeSpan JoinDeadline = TimeSpan.FromSeconds(13);
    static readonly TimeSpan DeadHolderDeadline = TimeSpan.FromSeconds(1.5);
    // A child process that the daemon has just forked keeps a copy of a socket that is closed meanwhile, until its exec.
    static readonly TimeSpan HandoverDeadline = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan HolderPoll = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan RemovalDeadline = TimeSpan.FromSeconds(2);

    public async Task CreateNetworkAsync(CreateNetworkRequest request, CancellationToken ct)
    {
        var network = kind.Read(request, time.GetUtcNow());
        await kind.ReadyAsync(DatabaseDeadline, ct);
        network = kind.Check(network);
        // Read before the network adds its own addresses: an address carries no mark.
        var held = network.IsRoutedByHost ? Host.AddressesOf(network.GatewayLink) : [];
        // Checked and recorded in one step: of two networks that exclude each other, one is refused.
        store.Put(intent =>
        {
            NetworkRules.Check(network, intent);
            return Transit.Assign(NetworkRules.WithForeignGateways(network, intent, held), intent);
        });
        try
        {
            await Task.WhenAll(network.Units.Select(unit => converger.SettleAsync(unit, Goal.Ready, SettleDeadline, ct, firewall: true)));
        }
        catch (Exception)
        {
            // dockerd sends no DeleteNetwork for a network that it could not create.
            await RemoveAsync(network.Id, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Tells a swarm's manager the options that all nodes make a network with. Each new leader asks again.</summary>
    public Task<AllocateNetworkResponse> AllocateNetworkAsync(AllocateNetworkRequest request, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var id = new NetworkId(WireIds.Check("NetworkID", request.NetworkID));
        var options = kind.Allocate(id, request.Options ?? ImmutableDictionary<string, string>.Empty);
        return Task.FromResult(new AllocateNetworkResponse(options));
    }

    public async Task DeleteNetworkAsync(DeleteNetworkRequest request, CancellationToken ct)
    {
        var id = new NetworkId(request.NetworkID);
        removed.Add(id);
        // dockerd refuses to remove a network in use. So each endpoint that is left is one whose DeleteEndpoint was lost, or one of
        // the operator's, which is removed with its network.
        // They are removed together, because each may take its full time while the database does not answer.
        await Task.WhenAll(store.Current.Endpoints.Values.Where(e => e.Network == id).Select(e => RemoveAsync(e.Id, ct)).ToList());
        await RemoveAsync(id, ct);
        await TryAsync(() => ipam.CloseReleasedAsync(ct), "remove network", id.Short);
    }

    public async Task<CreateEndpointResponse> CreateEndpointAsync(CreateEndpointRequest request, CancellationToken ct)
    {
        var (endpoint, isMacGiven) = EndpointRequests.Read(request, time.GetUtcNow());
        await kind.ReadyAsync(DatabaseDeadline, ct);
        if (store.Current.NetworkOf(endpoint) is { } network) EndpointRules.Check(endpoint, network, store.Current, converger.Facts);
        await RemoveDeadHoldersAsync(endpoint, ct);
        if (store.Current.NetworkOf(endpoint) is { } home) await kind.CheckAsync(home, endpoint, ct);
        var isPublished = !RequestOptions.ReadPortMap(request.Options).IsEmpty;
        store.Put(intent =>
        {
            if (intent.Networks.GetValueOrDefault(endpoint.Network) is not { IsRemoving: false })
            {
                throw new PluginException($"network {endpoint.Network.Short} is not known to Hawser; "
                    + "was it made with another driver, or while Hawser's state was lost?");
            }
            return intent.Endpoints.GetValueOrDefault(endpoint.Id)
                ?? NestedPorts.Assign(isPublished ? Transit.Assign(endpoint, intent) : endpoint, intent);
        });
        try
        {
            // The port's rows are under way; Join waits for them, for dockerd holds a lock on the whole network here.
            await converger.SettleAsync(endpoint.Unit, Goal.Linked, SettleDeadline, ct);
        }
        catch (Exception)
        {
            // dockerd sends no DeleteEndpoint for an endpoint that it could not create.
            await RemoveAsync(endpoint.Id, CancellationToken.None);
            throw;
        }
        // dockerd refuses an answer with a MAC address if its request had one already.
        return new CreateEndpointResponse(isMacGiven ? null : new EndpointInterface(MacAddress: endpoint.Mac.ToString()));
    }

    public async Task<JoinResponse> JoinAsync(JoinRequest request, CancellationToken ct)
    {
        var endpoint = store.Change(
            new EndpointId(request.EndpointID), e => Live(e) with { Phase = EndpointPhase.Plugged, Sandbox = request.SandboxKey })
            ?? throw Unknown(request.EndpointID);
        var network = store.Current.NetworkOf(endpoint) ?? throw Unknown(request.EndpointID);
        await converger.FollowAsync(endpoint.Unit, Goal.Ready, JoinDeadline, ct);

        var (gateway, gatewayIPv6) = (network.GatewayFor(endpoint.Address), network.GatewayFor(endpoint.AddressIPv6));
        return new JoinResponse(
            new InterfaceName(Names.ContainerEnd(endpoint.Id), endpoint.Options.InterfacePrefix ?? network.Options.InterfacePrefix),
            gateway?.ToString(), gatewayIPv6?.ToString(),
            // Without a gateway dockerd would add an interface on docker_gwbridge, which nobody asked for; on an internal
            // network it adds none. With a gateway, the flag would add one for the container's other networks.
            DisableGatewayService: gateway is null && gatewayIPv6 is null && !network.IsInternal && !network.UsesDockersGateway);
    }

    // This call and RevokeExternalConnectivity do their work even if dockerd has hung up: it does not ask again.
    public Task LeaveAsync(LeaveRequest request, CancellationToken _)
    {
        var id = new EndpointId(request.EndpointID);
        return TryAsync(() =>
        {
            Unpublish(id);
            store.Change(id, e => e.Phase == EndpointPhase.Plugged ? e with { Phase = EndpointPhase.Reserved } : e);
            return Task.CompletedTask;
        }, "leave endpoint", id.Short);
    }

    public Task DeleteEndpointAsync(DeleteEndpointRequest request, CancellationToken ct) =>
        RemoveAsync(new EndpointId(request.EndpointID), ct);

    public async Task ProgramExternalConnectivityAsync(ProgramExternalConnectivityRequest request, CancellationToken ct)
    {
        var bindings = RequestOptions.ReadPortMap(request.Options);
        var id = new EndpointId(request.EndpointID);
        if (store.Current.Endpoints.GetValueOrDefault(id) is not { } endpoint) throw Unknown(request.EndpointID);
        if (store.Current.NetworkOf(endpoint) is not { } network) throw Unknown(request.EndpointID);
        // From 29 on dockerd asks for internal networks too (libnetwork, drivers/remote/driver.go); there is no way in to them.
        // A logical switch's containers are reached by docker_gwbridge, where Docker itself publishes their ports.
        if (bindings.IsEmpty || network.IsInternal || network.UsesDockersGateway) return;
        if (!network.CanPublish)
        {
            throw new PluginException($"port {bindings[0].ContainerPort} cannot be published: "
                + $"network {network.Id.Short} has ovs.bridge.mode={network.Options.Mode.ToString().ToLowerInvariant()} "
                + "and no gateway on this host; reach the container by its own address, or use nat or routed");
        }

        var published = await TakePortsAsync(endpoint, bindings, ct);
        try
        {
            store.Put(intent => intent.Endpoints.GetValueOrDefault(id) is { } known
                ? Transit.Assign(Live(known) with { Ports = published }, intent)
                : null);
            await converger.SettleAsync(endpoint.Unit, Goal.Ready, SettleDeadline, ct, firewall: true);
        }
        catch (Exception)
        {
            Unpublish(id);
            throw;
        }
    }

    public Task RevokeExternalConnectivityAsync(RevokeExternalConnectivityRequest request, CancellationToken _)
    {
        Unpublish(new EndpointId(request.EndpointID));
        return Task.CompletedTask;
    }

    /// <summary>Whether a network needs no gateway address, since nobody will have it. dockerd asks from 28.0 on.</summary>
    public Task<GwAllocCheckResponse> GwAllocCheckAsync(GwAllocCheckRequest request, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var skip = kind.HasNoGateway(request);
        return Task.FromResult(new GwAllocCheckResponse(skip, skip));
    }

    // A container that died with its dockerd is started again, with its address, before anyone has told Hawser that its
    // former endpoint is dead.
    async Task RemoveDeadHoldersAsync(EndpointRecord endpoint, CancellationToken ct)
    {
        if (store.Current.NetworkOf(endpoint)?.Logical is null) return;
        var started = time.GetTimestamp();
        var holders = store.Current.Endpoints.Values.Where(e => e.Owner == IntentOwner.Docker
            && e.Network == endpoint.Network
            && e.Id != endpoint.Id
            && e.SharesAddressWith(endpoint));
        foreach (var holder in holders)
        {
            while (converger.HasLink(holder.Id) && time.GetElapsedTime(started) < DeadHolderDeadline)
                await Task.Delay(HolderPoll, time, ct);
            if (!converger.HasLink(holder.Id)) await RemoveAsync(holder.Id, ct);
        }
    }

    // The port may be held by such a former endpoint, too. The kernel removes its link with the namespace, but not at once: that is
    // why this looks again and again.
    async Task<ImmutableArray<PublishedPort>> TakePortsAsync(
        EndpointRecord endpoint, ImmutableArray<PortRequest> requests, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return ports.Take(endpoint, requests, store.Current);
            }
            catch (PortTakenException e) when (time.GetElapsedTime(started) < (e.Holder is null ? HandoverDeadline : DeadHolderDeadline))
            {
                if (e.Holder is { } holder && !converger.HasLink(holder)) await RemoveAsync(holder, ct);
                else await Task.Delay(HolderPoll, time, ct);
            }
            catch (PortTakenException e)
            {
                throw new PluginException(e.Message, e);
            }
        }
    }

    // The rules are removed while dockerd goes on: iptables takes longer to remove a rule than dockerd takes for all that it
    // does meanwhile. The next endpoint to publish the port gets rules that replace these in one batch.
    void Unpublish(EndpointId id)
    {
        var had = store.Current.Endpoints.GetValueOrDefault(id)?.Ports.IsEmpty == false;
        if (had && store.Change(id, e => e with { Ports = [] }) is { } endpoint) converger.Touch(endpoint.Unit, firewall: true);
        ports.Release(id);
    }

    Task RemoveAsync(EndpointId id, CancellationToken ct) => TryAsync(async () =>
    {
        var hadPorts = store.Current.Endpoints.GetValueOrDefault(id)?.Ports.IsEmpty == false;
        if (store.Change(id, e => e with { Phase = EndpointPhase.Removing, Ports = [] }) is not { } endpoint) return;
        // At once: Docker may start another container with the port before this one is gone.
        ports.Release(id);
        await converger.SettleAsync(endpoint.Unit, Goal.Removed, RemovalDeadline, ct, hadPorts);
    }, "remove endpoint", id.Short);

    Task RemoveAsync(NetworkId id, CancellationToken ct) => TryAsync(async () =>
    {
        if (store.Change(id, n => n with { IsRemoving = true }) is not { } network) return;
        await Task.WhenAll(network.Units.Select(unit => converger.SettleAsync(unit, Goal.Removed, RemovalDeadline, ct, firewall: true)));
    }, "remove network", id.Short);

    // dockerd forgets the object even on an error, so a missing object, the end of the call and a record that cannot be
    // written are only logged. If the record could not be written, Docker is asked later whether its object lives.
    async Task TryAsync(Func<Task> remove, string what, string id)
    {
        try
        {
            await remove();
        }
        catch (Exception e) when (e is PluginException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            logger.RemovalGoesOn(what, id, e.Message);
        }
    }

    static EndpointRecord Live(EndpointRecord endpoint) =>
        endpoint.Phase == EndpointPhase.Removing ? throw Unknown(endpoint.Id.Value) : endpoint;

    static PluginException Unknown(string endpoint) => new($"endpoint {new EndpointId(endpoint).Short} is not known to Hawser");
}
