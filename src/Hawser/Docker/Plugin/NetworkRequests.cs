using System.Collections.Immutable;
using System.Net;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Ipam;
using Hawser.Core.Options;
using Hawser.Docker.Engine;

namespace Hawser.Docker.Plugin;

/// <summary>Reads what Docker says of a network into a record, in which everything is valid.</summary>
static class NetworkRequests
{
    public static NetworkRecord Read(CreateNetworkRequest request, NetworkOptions options, DateTimeOffset now) => new()
    {
        Id = new NetworkId(WireIds.Check("NetworkID", request.NetworkID)),
        Options = options,
        IsInternal = RequestOptions.ReadFlag(request.Options, RequestOptions.Internal, whenAbsent: false),
        Subnets =
        [
            .. (request.IPv4Data ?? []).Concat(request.IPv6Data ?? [])
                .Where(d => d is not null && d.Pool.Length > 0)
                .Select(Subnet),
        ],
        CreatedAt = now,
    };

    /// <summary>The options that Docker's API tells of a network that Hawser no longer knows.</summary>
    // An earlier version ignored the options of Docker's own driver. Its networks live on.
    public static IEnumerable<KeyValuePair<string, string>> OptionsOf(EngineNetwork network) =>
        (network.Options ?? ImmutableDictionary<string, string>.Empty).Where(option => !BridgeDriverOptions.Include(option.Key));

    /// <summary>Reads what Docker's API says of a network that Hawser no longer knows.</summary>
    public static NetworkRecord Read(EngineNetwork network, NetworkOptions options, DateTimeOffset now) => new()
    {
        Id = new NetworkId(WireIds.Check("Id", network.Id)),
        Options = options,
        IsInternal = network.Internal,
        Subnets =
        [
            .. (network.IPAM?.Config ?? [])
                .Where(c => c.Subnet.Length > 0)
                .Select(c => Subnet(new IpamData(Pool: c.Subnet, Gateway: c.Gateway, AuxAddresses: c.AuxiliaryAddresses))),
        ],
        CreatedAt = now,
    };

    static Subnet Subnet(IpamData data)
    {
        if (!TryParsePool(data.Pool, out var pool)) throw new PluginException($"Pool \"{data.Pool}\" is not a subnet in CIDR form");
        IPAddress? gateway = null;
        if (data.Gateway.Length > 0 && !IPAddress.TryParse(data.Gateway.Split('/')[0], out gateway))
            throw new PluginException($"Gateway \"{data.Gateway}\" is not an address in CIDR form");
        if (gateway is not null && !pool.Contains(gateway)) throw new PluginException($"gateway {gateway} does not lie in subnet {pool}");
        var auxiliary = (data.AuxAddresses ?? ImmutableDictionary<string, string>.Empty).Values
            .Select(a => IPAddress.TryParse(a.Split('/')[0], out var address) ? address : null)
            .OfType<IPAddress>();
        return new Subnet(pool, gateway) { Auxiliary = [.. auxiliary] };
    }

    // Docker's API gives back the user's spelling, which may have host bits set (10.1.0.5/16).
    static bool TryParsePool(string text, out IPNetwork pool)
    {
        pool = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(text[..slash], out var address)) return false;
        if (!int.TryParse(text[(slash + 1)..], out var length)) return false;
        if (length < 0 || length > address.GetAddressBytes().Length * 8) return false;
        pool = AddressPool.SubnetOf(address, length);
        return true;
    }
}

/// <summary>Checks ids from the wire: they name files, rows and links.</summary>
static class WireIds
{
    public static string Check(string field, string id) =>
        id.Length is > 0 and <= 128 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? id
            : throw new PluginException($"{field} \"{(id.Length > 140 ? id[..140] + "…" : id)}\" is not an id: "
                + "1 to 128 letters, digits, '_' or '-'");
}
