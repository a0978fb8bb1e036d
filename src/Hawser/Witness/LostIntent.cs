using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Hawser.Apply;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Options;
using Hawser.Docker;
using Hawser.Docker.Engine;
using Hawser.Docker.Plugin;
using Hawser.Logging;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Witness;

/// <summary>Takes over from Docker the networks and endpoints that Hawser does not know because its state folder was lost.</summary>
sealed class LostIntent(
    IntentStore store, RemovedNetworks removed, Converger converger, PortBook ports, DriverNames drivers, ILogger logger, TimeProvider time)
{
    static readonly TimeSpan DatabaseDeadline = TimeSpan.FromSeconds(4);

    /// <returns>
    /// Whether all is known now. If not, this has to be tried again before anything is pruned: reading a network needs what
    /// Open vSwitch's database says of the host, and the database does not answer.
    /// </returns>
    public async Task<bool> TakeOverAsync(LivingThings living, LinkTable links, EngineClient engine, CancellationToken ct)
    {
        var networks = living.Networks.Where(n => !store.Current.Networks.ContainsKey(new NetworkId(n.Id)) && IsHere(n, living)).ToList();
        if (networks.Count > 0 && !await IsHostKnownAsync(ct)) return false;
        networks.ForEach(n => TakeOver(n, living));
        foreach (var container in living.Containers)
        {
            foreach (var (name, attachment) in container.NetworkSettings?.Networks ?? ImmutableDictionary<string, EngineAttachment?>.Empty)
            {
                if (attachment is not { EndpointID.Length: > 0 }) continue;
                if (!store.Current.Networks.ContainsKey(new NetworkId(attachment.NetworkID))) continue;
                var id = new EndpointId(attachment.EndpointID);
                // Without its link the endpoint is dead, whatever Docker says. Docker will say so when the container ends.
                if (store.Current.Endpoints.ContainsKey(id) || links.Find(Names.HostEnd(id)) is null) continue;
                await TakeOverAsync(container, name, engine, ct);
            }
        }
        removed.Close();
        return true;
    }

    async Task<bool> IsHostKnownAsync(CancellationToken ct)
    {
        try
        {
            await converger.DatabaseReadyAsync(DatabaseDeadline, ct);
            return true;
        }
        catch (PluginException)
        {
            return false;
        }
    }

    // A swarm's managers list its networks whether or not a task of theirs runs here.
    static bool IsHere(EngineNetwork network, LivingThings living) => network.Scope != "swarm"
        || living.Containers.Any(c => (c.NetworkSettings?.Networks?.Values ?? []).Any(a => a?.NetworkID == network.Id));

    void TakeOver(EngineNetwork network, LivingThings living)
    {
        try
        {
            if (drivers.KindOf(network.Driver) is not { } kind) return;
            var record = kind.Read(network, time.GetUtcNow());
            record = record with
            {
                Subnets = [.. record.Subnets.Select(s => s.Gateway is null ? s with { Gateway = FindGateway(record, s, living) } : s)],
            };
            if (store.Put(intent => removed.Contains(record.Id) ? null : Transit.Assign(record, intent)) is not { } taken) return;
            record = taken;
            foreach (var unit in record.Units) converger.Touch(unit, firewall: true);
            logger.NetworkTakenOver(network.Name, record.Id.Short);
        }
        catch (PluginException e)
        {
            logger.NetworkNotTakenOver(e, network.Name);
        }
    }

    // Docker's API shows a network's gateway only if the user named it. Otherwise it is found at one of the network's containers,
    // or on the link that holds it. Without either, it is the address that Docker's own address manager gives first.
    static IPAddress? FindGateway(NetworkRecord network, Subnet subnet, LivingThings living)
    {
        var told = living.Containers.SelectMany(c => c.NetworkSettings?.Networks?.Values ?? []).OfType<EngineAttachment>()
            .Where(a => a.NetworkID == network.Id.Value).SelectMany(a => new[] { a.Gateway, a.IPv6Gateway })
            .Select(text => IPAddress.TryParse(text, out var address) ? address : null);
        var held = network.Options.Mode == BridgeMode.Flat ? [] : Host.AddressesOf(network.GatewayLink).Select(a => a.Address);
        var found = told.Concat(held).FirstOrDefault(address => address is not null && subnet.Pool.Contains(address));
        if (network.Logical is { Dns: true } && subnet.IsReal) return found ?? subnet.First;
        var hasNone = (network.Options.Mode == BridgeMode.Flat && network.Vrf is null) || network.IsInternal || !subnet.IsReal;
        return found ?? (hasNone ? null : subnet.First);
    }

    async Task TakeOverAsync(EngineContainer container, string networkName, EngineClient engine, CancellationToken ct)
    {
        // This runs outside of dockerd's calls: inside one, inspecting would wait for the container's lock for ever.
        if (await engine.InspectContainerAsync(container.Id, ct) is not { } details) return;
        if (details.NetworkSettings?.Networks?.GetValueOrDefault(networkName) is not { EndpointID.Length: > 0 } attachment) return;
        try
        {
            var endpoint = EndpointRequests.Read(attachment, time.GetUtcNow());
            if (store.Current.NetworkOf(endpoint) is { CanPublish: true })
                endpoint = endpoint with { Ports = ports.TakeBack(endpoint, Ports(details), store.Current) };
            store.Put(intent => NestedPorts.Assign(endpoint.Ports.IsEmpty ? endpoint : Transit.Assign(endpoint, intent), intent));
            converger.Touch(endpoint.Unit, firewall: true);
            logger.EndpointTakenOver(details.Name, endpoint.Id.Short);
        }
        catch (PluginException e)
        {
            logger.EndpointNotTakenOver(e, details.Name);
        }
    }

    static ImmutableArray<PortRequest> Ports(EngineContainerDetails details) =>
    [
        .. from published in details.Published
           let port = published.Port.Split('/')
           let range = published.Binding.HostPort.Split('-')
           let first = Number(range[0])
           let last = range.Length > 1 ? Number(range[1]) : first
           let host = IPAddress.TryParse(published.Binding.HostIp, out var address) ? address : null
           select new PortRequest(Protocol(port.ElementAtOrDefault(1)), host, first, last, Number(port[0])),
    ];

    static byte Protocol(string? name) => name switch { "udp" => 17, "sctp" => 132, _ => 6 };

    static ushort Number(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (ushort)0;
}
