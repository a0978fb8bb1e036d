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
    /// <summary>The names of containers alone. Containers of the same network ask for them.</summary>
    public static ImmutableSortedDictionary<string, string> Short(IEnumerable<NetworkRecord> networks, HostIntent intent) =>
        Collect(networks, intent, (name, _) => name);

    /// <summary>The names with those of their networks: "web.office".</summary>
    public static ImmutableSortedDictionary<string, string> Qualified(IEnumerable<NetworkRecord> networks, HostIntent intent) =>
        Collect(networks.Where(n => n.Name is not null), intent, (name, network) => $"{name}.{network.Name}");

    /// <summary>The row with names, which is found by a key.</summary>
    public static RowSpec Row(string key, ImmutableSortedDictionary<string, string> names) =>
        new RowSpec(Marks.Keyed(Northbound.Dns, key)).With("records", Datum.StringMap(names));

    // A name that several containers have in common has the addresses of all of them.
    static ImmutableSortedDictionary<string, string> Collect(
        IEnumerable<NetworkRecord> networks, HostIntent intent, Func<string, NetworkRecord, string> write)
    {
        var byId = networks.ToDictionary(n => n.Id);
        return (from endpoint in intent.Endpoints.Values
                where endpoint is { Phase: EndpointPhase.Plugged, Container: not null } && byId.ContainsKey(endpoint.Network)
                from name in endpoint.Aliases.Prepend(endpoint.Container)
                from address in new[] { endpoint.Address, endpoint.AddressIPv6 }
                where address is not null
                group address.ToString() by write(name, byId[endpoint.Network]).ToLowerInvariant())
            .ToImmutableSortedDictionary(
                g => g.Key, g => string.Join(' ', g.Distinct().Order(StringComparer.Ordinal)), StringComparer.Ordinal);
    }
}
