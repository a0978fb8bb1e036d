using System.Collections.Immutable;
using Hawser.Core.Ipam;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Core.Plan;

/// <summary>
/// What plans ask of OVN's northbound database. Hosts share rows there, so a plan depends on what the others have. The same
/// contents give the same plan.
/// </summary>
/// <param name="snapshot">The contents, or null while they are not known. Null counts as an empty database.</param>
public sealed class NorthboundView(Snapshot? snapshot)
{
    /// <summary>An empty database.</summary>
    public static NorthboundView Empty { get; } = new(null);

    /// <summary>Whether it shows these contents.</summary>
    public bool IsOf(Snapshot contents) => ReferenceEquals(contents, snapshot);

    /// <summary>The ports that routers of Hawser's have on switches.</summary>
    public ImmutableArray<SwitchedRouterPort> RouterPorts => field.IsDefault ? field = [.. FindRouterPorts()] : field;

    /// <summary>
    /// The place of a host's gateway router among the routers of a domain: the one that it has, else the first that nobody has.
    /// </summary>
    public int GatewayPlace(string vrf, string chassis)
    {
        if (Find(Northbound.LogicalRouter, Names.Router(vrf)) is not { } router) return Transit.FirstGatewayPlace;
        if (Northbound.GatewayPlace(router, chassis) is { } place) return place;
        var places = Enumerable.Range(Transit.FirstGatewayPlace, Transit.LastGatewayPlace - Transit.FirstGatewayPlace + 1);
        return places.Except(Northbound.GatewayPlaces(router)).First();
    }

    /// <summary>The ports that routers have on one switch.</summary>
    public IEnumerable<SwitchedRouterPort> RouterPortsOn(string logicalSwitch) => RouterPorts.Where(p => p.Switch == logicalSwitch);

    /// <summary>The switches that a domain's router has a port on.</summary>
    public IEnumerable<string> SwitchesIn(string vrf) =>
        RouterPorts.Where(p => p.Vrf == vrf && Find(Northbound.LogicalSwitch, p.Switch) is not null).Select(p => p.Switch);

    /// <summary>The ports of a domain's router that hosts share.</summary>
    public IEnumerable<string> SharedRouterPorts(string vrf) =>
        Rows(Northbound.LogicalRouterPort)
            .Where(p => p[Marks.ExternalIds].StringValue(Northbound.VrfKey) == vrf)
            .Select(p => p.Get(Northbound.Name));

    /// <summary>Whether a switch has a router that only takes questions for names.</summary>
    public bool HasResolver(string logicalSwitch) => Find(Northbound.LogicalRouter, Names.Resolver(logicalSwitch)) is not null;

    /// <summary>Whether hosts have networks on a switch, and at least one of these shares is not among them yet.</summary>
    public bool IsNewTo(string logicalSwitch, IEnumerable<string> shares) =>
        Find(Northbound.LogicalSwitch, logicalSwitch) is { } row && Marks.SharesIn(row).Any()
        && shares.Any(share => row[Marks.ExternalIds].StringValue(share) is null);

    IEnumerable<SwitchedRouterPort> FindRouterPorts() =>
        from row in Rows(Northbound.LogicalRouterPort)
        let ids = row[Marks.ExternalIds]
        let logicalSwitch = ids.StringValue(Northbound.SwitchKey)
        where logicalSwitch is not null
        select new SwitchedRouterPort(
            row.Get(Northbound.Name),
            logicalSwitch,
            ids.StringValue(Northbound.VrfKey),
            [.. row["networks"].Keys.Select(a => a.AsString)]);

    IEnumerable<Row> Rows(string table) => snapshot?[table].Rows ?? [];

    Row? Find(string table, string name) => snapshot?[table].Find("name", name);
}

/// <summary>A port that a router has on a switch.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Switch">The switch.</param>
/// <param name="Vrf">The routing domain, or null if the router only takes questions for names.</param>
/// <param name="Addresses">The router's addresses there, each with the length of its subnet's prefix.</param>
public sealed record SwitchedRouterPort(string Name, string Switch, string? Vrf, ImmutableArray<string> Addresses);
