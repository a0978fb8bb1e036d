using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Options;
using Hawser.Docker.Plugin;
using Hawser.Logging;
using Hawser.Ovn;
using Hawser.State;
using Microsoft.Extensions.Logging;

namespace Hawser.Docker;

/// <summary>
/// The calls of libnetwork's remote address manager, <c>--ipam-driver ovn</c>: one address plan for all hosts. Calls
/// that give something back always succeed: the audit of the claims gives back what they could not.
/// </summary>
sealed class IpamDriver(AddressPlan plan, ClaimDoubts doubts, Converger converger, IntentStore store, ILogger logger)
{
    const string VrfOption = "ovn.vrf";
    const string RequestTypeOption = "RequestAddressType";
    const string GatewayType = "com.docker.network.gateway";
    const int MaxGuesses = 8;

    // Each goes round its pool, so that an address is used again as late as possible. Hosts begin at different places.
    readonly ConcurrentDictionary<string, Cursor> _cursors = [];

    readonly ConcurrentDictionary<string, AddressPool> _released = [];

    // How many containers were given an address and have not given it back. dockerd releases without a lock: a new container may
    // get an ended one's address before the release of it arrives. Only this count shows that, as the new endpoint comes later.
    readonly ConcurrentDictionary<(string Pool, IPAddress Address), int> _takers = [];

    sealed class Cursor(ulong start)
    {
        ulong _next = start;

        public ulong Next() => Interlocked.Increment(ref _next);

        /// <summary>Goes on from a place. If another caller was farther, this costs a few guesses.</summary>
        public void GoTo(ulong place) => Interlocked.Exchange(ref _next, place);
    }

    public async Task<RequestPoolResponse> RequestPoolAsync(RequestPoolRequest request, CancellationToken ct)
    {
        var vrf = VrfOf(request.Options);
        var space = request.AddressSpace;
        if (space is not (AddressPool.LocalSpace or AddressPool.GlobalSpace))
            throw new PluginException($"AddressSpace \"{space}\" is not allowed: {AddressPool.LocalSpace} or {AddressPool.GlobalSpace}");
        if (request.Pool.Length == 0 || IsAnyOfSize(request.Pool, out _)) return await RequestAnyPoolAsync(request, space, vrf, ct);

        var subnet = Network("Pool", request.Pool);
        IPNetwork? range = request.SubPool.Length > 0 ? Network("SubPool", request.SubPool) : null;
        if (range is { } part && (!subnet.Contains(part.BaseAddress) || part.PrefixLength < subnet.PrefixLength))
            throw new PluginException($"--ip-range {part} does not lie in --subnet {subnet}");
        var pool = new AddressPool(space, vrf, subnet, range);
        await plan.OpenAsync(pool, ct);
        _released.TryRemove(pool.Key, out _);
        return new RequestPoolResponse(pool.Id, subnet.ToString());
    }

    public async Task ReleasePoolAsync(ReleasePoolRequest request, CancellationToken ct)
    {
        var pool = AddressPool.Parse(request.PoolID);
        _released[pool.Key] = pool;
        await CloseReleasedAsync(ct);
    }

    /// <summary>Closes released pools that no network uses: dockerd releases a network's pools before it removes the network.</summary>
    public async Task CloseReleasedAsync(CancellationToken ct)
    {
        foreach (var pool in _released.Values.Where(p => HostClaims.Networks(store.Current, p).Count == 0))
        {
            await TryAsync(() => plan.CloseAsync(pool, ct), "pool", pool.Subnet.ToString());
            _released.TryRemove(pool.Key, out _);
            _cursors.TryRemove(pool.Id, out _);
            foreach (var taken in _takers.Keys.Where(t => t.Pool == pool.Key)) _takers.TryRemove(taken, out _);
        }
    }

    public async Task<RequestAddressResponse> RequestAddressAsync(RequestAddressRequest request, CancellationToken ct)
    {
        var pool = AddressPool.Parse(request.PoolID);
        var self = await plan.HolderAsync(pool, ct);
        var isGateway = request.Options?.GetValueOrDefault(RequestTypeOption) == GatewayType;
        var holder = HolderFor(isGateway, pool, self);
        IPAddress address;
        if (request.Address.Length > 0) address = await ClaimAsync(pool, Address(request.Address, pool), holder, ct);
        else if (isGateway) address = await GatewayAsync(pool, ct);
        else address = await ChooseAsync(pool, self, ct);
        return new RequestAddressResponse(pool.Cidr(address));
    }

    public async Task ReleaseAddressAsync(ReleaseAddressRequest request, CancellationToken ct)
    {
        var pool = AddressPool.Parse(request.PoolID);
        if (!IPAddress.TryParse(request.Address, out var address))
            throw new PluginException($"Address \"{request.Address}\" is not an address");
        if (_takers.AddOrUpdate((pool.Key, address), 0, (_, takers) => takers - 1) > 0)
        {
            // The one that still has it may have died with dockerd, and never give it back.
            doubts.Suspect();
            return;
        }
        _takers.TryRemove((pool.Key, address), out _);
        // The switch refused a second container with this address. This call is for that one, and the first still has the address.
        if (HolderOf(pool, address) is not null) return;
        await TryAsync(
            async () => await plan.ReleaseAsync(pool, address, await plan.HolderAsync(pool, ct), ct),
            "address", address.ToString());
    }

    // While Docker makes a network, it asks for the gateway and for each --aux-address, on every host that makes the network.
    // It asks for containers' addresses once the network is there.
    string HolderFor(bool isGateway, AddressPool pool, string self)
    {
        if (isGateway) return HostClaims.Gateway;
        return HostClaims.Networks(store.Current, pool).Count > 0 || pool.IsGlobal ? self : HostClaims.Auxiliary;
    }

    async Task<RequestPoolResponse> RequestAnyPoolAsync(RequestPoolRequest request, string space, string vrf, CancellationToken ct)
    {
        if (request.SubPool.Length > 0) throw new PluginException($"--ip-range {request.SubPool} needs --subnet beside it");
        IsAnyOfSize(request.Pool, out var prefixLength);
        var pool = await plan.OpenAnyAsync(space, vrf, request.V6, prefixLength, ct);
        return new RequestPoolResponse(pool.Id, pool.Subnet.ToString());
    }

    async Task<IPAddress> ClaimAsync(AddressPool pool, IPAddress address, string holder, CancellationToken ct)
    {
        if (HolderOf(pool, address) is { } endpoint)
            throw new PluginException($"address {address} is taken by endpoint {endpoint.Id.Short} on this host");
        if (holder is not (HostClaims.Gateway or HostClaims.Auxiliary)) await KeepForGatewayAsync(pool, address, ct);
        var isNew = await plan.ClaimAsync(pool, address, holder, mustBeFree: true, ct);
        if (!isNew && !await plan.ClaimAsync(pool, address, holder, mustBeFree: false, ct))
        {
            var other = (await plan.ReadAsync(pool, ct))?.Claims.GetValueOrDefault(address);
            throw new PluginException($"address {address} is taken by {Describe(other)}");
        }
        // What many share is not counted, as nobody gives it back. A claim from before the daemon's start has a taker, not yet counted.
        if (holder is not (HostClaims.Gateway or HostClaims.Auxiliary or HostClaims.Swarm))
            _takers.AddOrUpdate((pool.Key, address), isNew ? 1 : 2, (_, takers) => isNew ? 1 : takers + 1);
        return address;
    }

    async Task<IPAddress> GatewayAsync(AddressPool pool, CancellationToken ct)
    {
        for (var attempt = 0; attempt < MaxGuesses; attempt++)
        {
            var claims = await ClaimsAsync(pool, ct);
            if (claims.FirstOrDefault(c => c.Value == HostClaims.Gateway) is { Key: { } gateway }) return gateway;
            var free = new AddressPool(pool.Space, pool.Vrf, pool.Subnet, null);
            var first = Places(free).Select(free.At).FirstOrDefault(a => free.IsUsable(a) && !claims.ContainsKey(a))
                ?? throw Full(pool, claims.Count);
            if (await plan.ClaimAsync(pool, first, HostClaims.Gateway, mustBeFree: false, ct)) return first;
        }
        throw new PluginException($"pool {pool.Subnet} changed too often meanwhile: try again");
    }

    async Task<IPAddress> ChooseAsync(AddressPool pool, string self, CancellationToken ct)
    {
        var cursor = _cursors.GetOrAdd(
            pool.Id, _ => new Cursor(StableHash.Of(self) % (ulong)UInt128.Min(pool.Size, ushort.MaxValue)));
        for (var guess = 0; guess < MaxGuesses; guess++)
        {
            var address = pool.At(cursor.Next());
            if (pool.IsUsable(address) && await TryClaimAsync(pool, address, self, ct)) return address;
        }
        // The pool is crowded: look before choosing. Others look too, so the choice may be lost again.
        for (var attempt = 0; attempt < MaxGuesses; attempt++)
        {
            var claims = await ClaimsAsync(pool, ct);
            var start = cursor.Next();
            var free = Places(pool)
                .Select(place => start + (ulong)place)
                .Where(place => pool.At(place) is var a && pool.IsUsable(a) && !claims.ContainsKey(a))
                .Take(MaxGuesses)
                .ToList();
            if (free.Count == 0) throw Full(pool, claims.Count);
            foreach (var place in free)
            {
                // The next caller guesses from here and need not look.
                cursor.GoTo(place);
                var address = pool.At(place);
                if (await TryClaimAsync(pool, address, self, ct)) return address;
            }
        }
        throw new PluginException($"pool {pool.Subnet} changed too often meanwhile: try again");
    }

    async Task<bool> TryClaimAsync(AddressPool pool, IPAddress address, string self, CancellationToken ct)
    {
        await KeepForGatewayAsync(pool, address, ct);
        return await plan.ClaimAsync(pool, address, self, mustBeFree: true, ct);
    }

    // From 28 on Docker asks for no gateway if a network has none. A host with an older Docker may still join, and does ask.
    async Task KeepForGatewayAsync(AddressPool pool, IPAddress address, CancellationToken ct)
    {
        if (pool.IsGlobal || !address.Equals(pool.First)) return;
        if ((await ClaimsAsync(pool, ct)).Values.Contains(HostClaims.Gateway)) return;
        await plan.ClaimAsync(pool, address, HostClaims.Gateway, mustBeFree: true, ct);
    }

    async Task<IReadOnlyDictionary<IPAddress, string>> ClaimsAsync(AddressPool pool, CancellationToken ct)
    {
        if (await plan.ReadAsync(pool, ct) is { } contents && plan.IsShared(contents)) return contents.Claims;
        await plan.OpenAsync(pool, ct);
        return (await plan.ReadAsync(pool, ct))?.Claims ?? ImmutableDictionary<IPAddress, string>.Empty;
    }

    // These are more places than any host has containers, and few enough to count through.
    static IEnumerable<UInt128> Places(AddressPool pool)
    {
        var last = UInt128.Min(pool.Size, 1 << 20);
        for (UInt128 place = 0; place < last; place++) yield return place;
    }

    EndpointRecord? HolderOf(AddressPool pool, IPAddress address) =>
        HostClaims.Endpoints(store.Current, pool)
            .FirstOrDefault(e => (address.Equals(e.Address) || address.Equals(e.AddressIPv6)) && !IsDead(e));

    // Its link went with its container, though nobody has told Hawser that it is dead.
    bool IsDead(EndpointRecord endpoint) => endpoint.Phase == EndpointPhase.Plugged && !converger.HasLink(endpoint.Id);

    // dockerd forgets even on an error. What the database was not told is found by comparing its claims with what lives.
    async Task TryAsync(Func<Task> giveBack, string what, string name)
    {
        try
        {
            await giveBack();
        }
        catch (Exception e) when (e is PluginException or OperationCanceledException)
        {
            logger.NotGivenBack(what, name, e.Message);
            doubts.Suspect();
        }
    }

    /// <summary>The routing domain that the options of <c>--ipam-opt</c> name, or "".</summary>
    /// <exception cref="PluginException">An option is not allowed.</exception>
    public static string VrfOf(IReadOnlyDictionary<string, string>? options)
    {
        foreach (var option in options ?? new Dictionary<string, string>())
        {
            if (!string.Equals(option.Key, VrfOption, StringComparison.OrdinalIgnoreCase))
                throw new PluginException($"unknown option {option.Key} of --ipam-opt: known is {VrfOption}");
            if (LogicalNetworkOptionsParser.IsVrf(option.Value)) return option.Value;
            throw new PluginException($"option {VrfOption}: \"{option.Value}\" is not allowed: {LogicalNetworkOptionsParser.AllowedVrf}");
        }
        return "";
    }

    // From Docker 29 on, 0.0.0.0/26 stands for any subnet of that size.
    static bool IsAnyOfSize(string text, out int? prefixLength)
    {
        prefixLength = null;
        if (!IPNetwork.TryParse(text, out var network)) return false;
        if (!network.BaseAddress.Equals(IPAddress.Any) && !network.BaseAddress.Equals(IPAddress.IPv6Any)) return false;
        prefixLength = network.PrefixLength;
        return true;
    }

    static IPNetwork Network(string field, string text)
    {
        var slash = text.Split('/');
        if (slash is [var address, var length] && IPAddress.TryParse(address, out var parsed)
            && int.TryParse(length, out var bits) && bits >= 1 && bits <= parsed.GetAddressBytes().Length * 8)
        {
            return AddressPool.SubnetOf(parsed, bits);
        }
        throw new PluginException($"{field} \"{text}\" is not a subnet in CIDR form");
    }

    static IPAddress Address(string text, AddressPool pool)
    {
        var family = pool.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != family)
            throw new PluginException($"Address \"{text}\" is not an address of pool {pool.Subnet}");
        if (pool.IsUsable(address)) return address;
        throw new PluginException($"address {address} is not allowed: it is not a host's address of subnet {pool.Subnet}");
    }

    static string Describe(string? holder) => holder switch
    {
        null => "nobody any more: try again",
        HostClaims.Gateway => "the gateway",
        HostClaims.Auxiliary => "an --aux-address",
        HostClaims.Swarm => "the swarm",
        _ => $"a container on host {holder}",
    };

    static PluginException Full(AddressPool pool, int claims) =>
        new($"pool {pool.Range ?? pool.Subnet} has no free address: {claims} are taken");
}
