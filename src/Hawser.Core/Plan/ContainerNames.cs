using System.Collections.Immutable;
using Hawser.Core.Intent;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>
/// The names by which containers of other hosts find this host's, as OVN's table DNS has them: in lower case, each with its
/// addresses. When a query for such a name crosses a switch that refers to the row, ovn-controller answers it, whatever server it
/// is sent to.
/// </summary>
static class ContainerNames
{
    /// <summary>The names of containers, each with its addresses.</summary>
    /// <param name="intent">The containers.</param>
    /// <param name="alone">The networks whose containers are found by their names alone, as containers of the same network ask.</param>
    /// <param name="qualified">The networks whose containers are found by their names with the network's: "web.office".</param>
    public static ImmutableSortedDictionary<string, string> Of(
        HostIntent intent, IEnumerable<NetworkRecord> alone, IEnumerable<NetworkRecord> qualified) =>
        // What several containers have in common has the addresses of all: a container's own name may be "web.office", too.
        AddressesBy(alone, intent, (name, _) => name)
            .Concat(AddressesBy(qualified.Where(n => n.Name is not null), intent, (name, network) => $"{name}.{network.Name}"))
            .GroupBy(a => a.Name.ToLowerInvariant(), a => a.Address, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(
                g => g.Key, g => string.Join(' ', g.Distinct().Order(StringComparer.Ordinal)), StringComparer.Ordinal);

    /// <summary>The row with names, which is found by a key.</summary>
    public static RowSpec Row(string key, ImmutableSortedDictionary<string, string> names) =>
        new RowSpec(Marks.Keyed(Northbound.Dns, key)).With("records", Datum.StringMap(names));

    static IEnumerable<(string Name, string Address)> AddressesBy(
        IEnumerable<NetworkRecord> networks, HostIntent intent, Func<string, NetworkRecord, string> write)
    {
        var byId = networks.ToDictionary(n => n.Id);
        return from endpoint in intent.Endpoints.Values
               where endpoint is { Phase: EndpointPhase.Plugged, Container: not null } && byId.ContainsKey(endpoint.Network)
               from name in endpoint.Aliases.Prepend(endpoint.Container)
               from address in new[] { endpoint.Address, endpoint.AddressIPv6 }
               where address is not null
               select (write(name, byId[endpoint.Network]), address.ToString());
    }
}
