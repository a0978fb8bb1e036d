using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.Linux;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.State;

/// <summary>A host port is in use.</summary>
/// <param name="message">Which, and by whom.</param>
/// <param name="holder">The endpoint that holds it, or null if it is a process of the host.</param>
sealed class PortTakenException(string message, EndpointId? holder) : Exception(message)
{
    public EndpointId? Holder { get; } = holder;
}

/// <summary>
/// Chooses the host's ports and holds them with bound sockets. So no process of the host, Docker's own port mapper included,
/// takes a port whose packets Hawser's rules send to a container. The sockets end with the daemon, and the next start binds them again.
/// </summary>
sealed class PortBook(ILogger logger)
{
    readonly Lock _gate = new();
    readonly Dictionary<EndpointId, List<PortReservation>> _held = [];

    /// <summary>Takes the host ports that an endpoint asks for.</summary>
    /// <exception cref="PortTakenException">One is taken; then none is held.</exception>
    /// <exception cref="PluginException">One cannot be published; then none is held.</exception>
    public ImmutableArray<PublishedPort> Take(EndpointRecord endpoint, ImmutableArray<PortRequest> requests, HostIntent intent)
    {
        lock (_gate)
        {
            // A repeated call can keep what it had: dockerd may ask again for the same endpoint.
            ReleaseHeld(endpoint.Id);
            var asked = requests.Select(r => new PublishedPort(r.Protocol, null, r.HostPort, r.ContainerPort));
            intent = intent.With(endpoint with { Ports = [.. asked] });
            LeaveToSiblings(endpoint, intent);
            var held = new List<PortReservation>();
            try
            {
                var published = requests.Select(r => Take(endpoint, r, intent, held)).OfType<PublishedPort>().ToImmutableArray();
                _held[endpoint.Id] = held;
                return published;
            }
            catch
            {
                held.ForEach(h => h.Dispose());
                throw;
            }
        }
    }

    /// <summary>Takes the host ports of a container that runs already, as far as possible. Without one, the container goes on.</summary>
    public ImmutableArray<PublishedPort> TakeBack(EndpointRecord endpoint, ImmutableArray<PortRequest> requests, HostIntent intent)
    {
        lock (_gate)
        {
            ReleaseHeld(endpoint.Id);
            var held = _held[endpoint.Id] = [];
            return [.. requests.Select(r => TryTake(endpoint, r, intent, held)).OfType<PublishedPort>()];
        }
    }

    /// <summary>Binds again what intent says is published. If a port cannot be bound, its rules stay: its address may still come.</summary>
    public void Restore(HostIntent intent)
    {
        lock (_gate)
        {
            foreach (var endpoint in intent.Published.Select(id => intent.Endpoints[id]))
            {
                var held = new List<PortReservation>();
                foreach (var port in endpoint.Ports)
                {
                    try
                    {
                        if (!TryHold(endpoint, port.Protocol, port.HostAddress, port.HostPort, intent, held))
                            logger.PortTaken(port.HostPort, endpoint.Id.Short);
                    }
                    catch (LinuxException e)
                    {
                        logger.PortNotHeld(endpoint.Id.Short, e.Message);
                    }
                }
                _held[endpoint.Id] = held;
            }
        }
    }

    /// <summary>Releases an endpoint's ports.</summary>
    public void Release(EndpointId endpoint)
    {
        lock (_gate) ReleaseHeld(endpoint);
    }

    void ReleaseHeld(EndpointId endpoint)
    {
        if (_held.Remove(endpoint, out var held)) held.ForEach(h => h.Dispose());
    }

    // The container's other gateway keeps only the address family that is left to it.
    void LeaveToSiblings(EndpointRecord endpoint, HostIntent intent)
    {
        foreach (var sibling in intent.Siblings(endpoint))
        {
            if (!_held.TryGetValue(sibling.Id, out var held)) continue;
            foreach (var left in held.Where(h => !intent.PublishedFamilies(sibling).Contains(h.Address.AddressFamily)).ToList())
            {
                left.Dispose();
                held.Remove(left);
            }
        }
    }

    PublishedPort? TryTake(EndpointRecord endpoint, PortRequest request, HostIntent intent, List<PortReservation> held)
    {
        try
        {
            return Take(endpoint, request, intent, held);
        }
        catch (Exception e) when (e is PluginException or PortTakenException)
        {
            logger.PortNotTakenBack(endpoint.Id.Short, e.Message);
            return null;
        }
    }

    static PublishedPort? Take(EndpointRecord endpoint, PortRequest request, HostIntent intent, List<PortReservation> held)
    {
        var host = request.HostAddress;
        if (host is not null && !intent.PublishedFamilies(endpoint).Contains(host.AddressFamily))
        {
            // dockerd asks for "::" beside "0.0.0.0" even if the container has no IPv6 address here, or has another gateway for it.
            var isLeftToAnother = endpoint.AddressOf(host.AddressFamily) is not null;
            if (isLeftToAnother || host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any)) return null;
            var family = host.AddressFamily == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
            throw new PluginException(
                $"port {request.ContainerPort} cannot be published on {host}: the container has no {family} address on this network");
        }
        var where = host is null ? "every address" : host.ToString();
        try
        {
            foreach (var port in Candidates(endpoint, request))
            {
                if (IsPublished(endpoint, request.Protocol, host, port, intent)) continue;
                if (TryHold(endpoint, request.Protocol, host, port, intent, held))
                    return new PublishedPort(request.Protocol, host, port, request.ContainerPort);
            }
        }
        catch (LinuxException e)
        {
            throw new PluginException($"port {Describe(request)} cannot be published on {where}: {Explain(e)}", e);
        }
        var holder = Publishers(endpoint, request.Protocol, request.HostPort, intent).Select(p => p.Endpoint).FirstOrDefault();
        var by = holder is null ? "" : $", published by endpoint {holder.Id.Short}";
        throw new PortTakenException($"port {Describe(request)} on {where} is already in use{by}", holder?.Id);
    }

    static string Explain(LinuxException failure) => failure switch
    {
        { IsAddressAbsent: true } => "that is not an address of this host",
        { IsForbidden: true } => "Hawser has no capability CAP_NET_BIND_SERVICE, which ports below 1024 need",
        _ => failure.Message,
    };

    static IEnumerable<int> Candidates(EndpointRecord endpoint, PortRequest request)
    {
        if (request.HostPort > 0)
        {
            var end = Math.Max(request.HostPortEnd, request.HostPort);
            return Enumerable.Range(request.HostPort, end - request.HostPort + 1);
        }
        // The start of the search depends only on the endpoint and the container's port, so that after a loss of state the
        // same port is chosen again.
        var (first, last) = EphemeralRange();
        var size = last - first + 1;
        var start = (int)(StableHash.Of($"{endpoint.Id}:{request.ContainerPort}") % (uint)size);
        return Enumerable.Range(0, size).Select(i => first + (start + i) % size);
    }

    static (int First, int Last) EphemeralRange()
    {
        var range = Sysctl.Read("net", "ipv4", "ip_local_port_range")?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return range is [var first, var last]
            ? (int.Parse(first, CultureInfo.InvariantCulture), int.Parse(last, CultureInfo.InvariantCulture))
            : (32768, 60999);
    }

    static bool TryHold(EndpointRecord endpoint, int protocol, IPAddress? host, int port, HostIntent intent, List<PortReservation> held)
    {
        IPAddress[] addresses = host is not null ? [host]
            : [.. intent.PublishedFamilies(endpoint).Select(f => f == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any)];
        var taken = new List<PortReservation>();
        try
        {
            foreach (var address in addresses)
            {
                if (PortReservation.TryReserve(protocol, address, port) is not { } reservation) return false;
                taken.Add(reservation);
            }
            held.AddRange(taken);
            taken.Clear();
            return true;
        }
        finally
        {
            taken.ForEach(t => t.Dispose());
        }
    }

    // "Every address" means those of the families in which this network reaches the container.
    static IEnumerable<AddressFamily> Families(EndpointRecord endpoint, IPAddress? host, HostIntent intent) =>
        host is not null ? [host.AddressFamily] : intent.PublishedFamilies(endpoint);

    // Sockets show it too, but not for a protocol that the kernel has no sockets for, such as SCTP without its module.
    static bool IsPublished(EndpointRecord endpoint, int protocol, IPAddress? host, int port, HostIntent intent) =>
        Publishers(endpoint, protocol, port, intent).Any(p =>
            (p.Port.HostAddress is null || host is null || p.Port.HostAddress.Equals(host))
            && Families(p.Endpoint, p.Port.HostAddress, intent).Intersect(Families(endpoint, host, intent)).Any());

    static IEnumerable<(EndpointRecord Endpoint, PublishedPort Port)> Publishers(
        EndpointRecord asking, int protocol, int port, HostIntent intent) =>
        from id in intent.Published
        where id != asking.Id
        let other = intent.Endpoints[id]
        from published in other.Ports
        where published.Protocol == protocol && published.HostPort == port
        select (other, published);

    static string Describe(PortRequest request)
    {
        var protocol = FirewallPlan.Protocol(request.Protocol);
        return request.HostPortEnd > request.HostPort
            ? string.Create(CultureInfo.InvariantCulture, $"{request.HostPort}-{request.HostPortEnd}/{protocol}")
            : string.Create(CultureInfo.InvariantCulture, $"{request.HostPort}/{protocol}");
    }
}
