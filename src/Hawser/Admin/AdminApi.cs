using System.Globalization;
using Hawser.Apply;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Docker;
using Hawser.Logging;
using Hawser.State;
using Hawser.Witness;

namespace Hawser.Admin;

/// <summary>Answers the user's questions from intent, plans and statuses, and removes orphans when told to.</summary>
sealed class AdminApi(
    IntentStore store, Converger converger, Host host, string database, DriverNames names, AttachmentApi attachments,
    DockerWitness? witness, StaleIntent stale)
{
    static readonly TimeSpan PurgeDeadline = TimeSpan.FromSeconds(10);

    public StatusReport Status()
    {
        var intent = store.Current;
        var networks = intent.Networks.Values.Select(Report).ToList();
        var endpoints = intent.Endpoints.Values.OrderBy(e => e.Id).Select(Report).ToList();
        var attached = attachments.List().Attachments;
        var isHealthy = host.Replica.IsLive && converger.FirewallError is null && store.IsComplete
            && (host.Central.Live is not null || networks.All(n => n.Switch is null))
            && networks.All(n => n.State == nameof(UnitState.Ready)) && endpoints.All(e => e.State == nameof(UnitState.Ready))
            && attached.All(a => a.State is nameof(UnitState.Ready) or AttachmentApi.Stopped);
        return new StatusReport(
            BuildInfo.Version, store.Instance.Value, isHealthy,
            new DatabaseHealth(
                database, host.Replica.IsLive, OvsVersion(), host.Replica.IsLive ? null : host.Replica.LastError ?? "not connected yet"),
            new DockerHealth(witness?.IsConnected == true, [.. stale.HeldBack.Select(n => n.Value)], names.All),
            Ovn(), converger.FirewallError, networks, endpoints, attached);
    }

    OvnHealth? Ovn() => host.Central is { Database: { } address, Chassis: { } chassis } central
        ? new OvnHealth(address, chassis, central.Live is not null, central.Live is null ? central.Unavailable : null) : null;

    /// <summary>Compares all that exists with all that should exist; changes nothing.</summary>
    public async Task<DiffReport> DiffAsync(CancellationToken ct)
    {
        var intent = store.Current;
        var context = new RoundContext(intent, converger.Facts, new NorthboundView(host.Central.Current));
        var differences = host.Differences([.. Planner.Units(intent).Select(u => context.Plan(u))], context).ToList();
        differences.AddRange(await host.Firewall.DifferencesAsync(intent, converger.Facts, ct));
        differences.AddRange(Find().Where(t => t.Instance == store.Instance).Select(t => $"{t.Kind} {t.Name} should not exist ({t.Unit})"));
        return new DiffReport(differences);
    }

    /// <summary>All that carries a mark and belongs to nothing that is known.</summary>
    public OrphansReport Orphans() => new([.. Find().Select(t => new OrphanReport(t.Kind, t.Name, t.Instance.Value, t.Unit.Value))]);

    /// <summary>Removes orphans, and networks that were held back because Docker does not know them.</summary>
    /// <exception cref="PluginException">Something that lives could pass for an orphan.</exception>
    public async Task<OrphansReport> PurgeAsync(CancellationToken ct)
    {
        if (!store.IsComplete)
        {
            throw new PluginException($"nothing is purged: {string.Join(", ", store.Unreadable)} cannot be read, "
                + "and what lives and is recorded there would pass for an orphan; mend or remove the file, then restart hawser");
        }
        if (witness is not null && !converger.MayPrune)
        {
            throw new PluginException("nothing is purged: Docker was not asked yet what lives, "
                + "and what was not taken over from it would pass for an orphan; "
                + "try again when `hawser status` shows that Docker's API and Open vSwitch's database answer");
        }
        var orphans = Orphans();
        foreach (var network in stale.HeldBack) stale.Remove(network);
        await converger.PurgeAsync([.. orphans.Orphans.Select(o => UnitId.Parse(o.Unit))], PurgeDeadline, ct);
        return orphans;
    }

    IEnumerable<MarkedThing> Find() =>
        Surplus.Find(host.Replica.Current, host.Central, host.Links.All, Planner.Units(store.Current).ToHashSet());

    NetworkReport Report(NetworkRecord network)
    {
        // Reports the unit that is not ready, be it the router or the switch.
        var unit = network.Units.FirstOrDefault(u => converger.Statuses[u]?.State is not UnitState.Ready, network.Unit);
        var bridge = converger.Facts.BridgeOf(network);
        return new NetworkReport(
            network.Id.Value, bridge, network.Logical?.Name, Mode(network), network.IsInternal, network.Options.Vlan,
            Planner.DatapathType(bridge, store.Current, converger.Facts),
            [.. network.Subnets.Where(s => s.IsReal).Select(s => s.Pool.ToString())],
            [.. network.GatewaySubnets.Select(s => s.Gateway!.ToString())],
            State(unit, network.IsRemoving), converger.Statuses[unit]?.Detail);
    }

    static string Mode(NetworkRecord network) => network switch
    {
        { Vrf: { } vrf } => $"vrf {vrf}",
        { Logical: not null } => "overlay",
        _ => network.Options.Mode.ToString().ToLowerInvariant(),
    };

    EndpointReport Report(EndpointRecord endpoint) => new(
        endpoint.Id.Value, endpoint.Network.Value, Names.HostEnd(endpoint.Id), endpoint.Mac.ToString(),
        endpoint.Address?.ToString(), endpoint.AddressIPv6?.ToString(), endpoint.Phase.ToString(), [.. endpoint.Ports.Select(Describe)],
        State(endpoint.Unit, endpoint.Phase == EndpointPhase.Removing), converger.Statuses[endpoint.Unit]?.Detail);

    string State(UnitId unit, bool isRemoving) =>
        isRemoving ? "Removing" : (converger.Statuses[unit]?.State ?? UnitState.Pending).ToString();

    string? OvsVersion() =>
        host.Replica.Current?[Vswitch.OpenVSwitch].Rows.FirstOrDefault() is { } root
            && root.TryGet("ovs_version", out var version)
            && version.Count > 0
            ? version.Keys[0].AsString
            : null;

    static string Describe(PublishedPort port) => string.Create(CultureInfo.InvariantCulture,
        $"{port.HostAddress?.ToString() ?? "*"}:{port.HostPort}->{port.ContainerPort}/{FirewallPlan.Protocol(port.Protocol)}");
}
