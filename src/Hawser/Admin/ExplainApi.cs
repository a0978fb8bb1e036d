using Hawser.Apply;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.Docker;
using Hawser.Docker.Engine;
using Hawser.State;

namespace Hawser.Admin;

/// <summary>Explains what must exist for a network or a container, and what of it is there.</summary>
/// <param name="store">What is known.</param>
/// <param name="converger">How far each unit has come.</param>
/// <param name="host">Where it reads what is there.</param>
/// <param name="chainPrefix">What the names of the firewall's chains start with.</param>
/// <param name="names">The names that Docker knows the drivers by.</param>
/// <param name="engine">Docker, which knows what the user calls things; null without it.</param>
sealed class ExplainApi(IntentStore store, Converger converger, Host host, string chainPrefix, DriverNames names, EngineClient? engine)
{
    // As many digits as Docker shows.
    const int LeastDigits = 12;

    /// <summary>Explains what a name or the beginning of an id stands for; a container on all its networks.</summary>
    /// <exception cref="PluginException">Nothing of Hawser's is called that.</exception>
    public async Task<ExplainReport> ExplainAsync(ExplainRequest request, CancellationToken ct)
    {
        var (networks, endpoints) = Find(store.Current, request.Name);
        if (networks.Count + endpoints.Count == 0) (networks, endpoints) = await AskDockerAsync(request.Name, ct);
        if (networks.Count + endpoints.Count == 0)
        {
            throw new PluginException($"no network and no container on one of Hawser's networks is called \"{request.Name}\": "
                + "give a name or an id that docker network ls or docker ps shows");
        }
        var context = new RoundContext(store.Current, converger.Facts, new NorthboundView(host.Central.Current));
        var broken = await host.Firewall.DifferencesAsync(context.Intent, context.Facts, ct);
        return new ExplainReport(
        [
            .. networks.Select(n => Explain(n, context, broken)),
            .. endpoints.Select(e => Explain(e, context, broken)),
        ]);
    }

    static (List<NetworkRecord> Networks, List<EndpointRecord> Endpoints) Find(HostIntent intent, string name) => (
        [.. intent.Networks.Values.Where(n => Matches(n.Id.Value, n.Name, name))],
        [.. intent.Endpoints.Values.Where(e => Matches(e.Id.Value, e.Container, name))]);

    static bool Matches(string id, string? known, string name) =>
        id == name || known == name || (name.Length >= LeastDigits && id.StartsWith(name, StringComparison.Ordinal));

    async Task<(List<NetworkRecord> Networks, List<EndpointRecord> Endpoints)> AskDockerAsync(string name, CancellationToken ct)
    {
        if (engine is null) return ([], []);
        try
        {
            var intent = store.Current;
            var called = (await engine.NetworksAsync(names.All, ct)).Where(n => n.Name == name).Select(n => new NetworkId(n.Id));
            var attached = from container in await engine.ContainersAsync(ct)
                           where Matches(container.Id, container.Names?.FirstOrDefault()?.TrimStart('/'), name)
                           from attachment in container.NetworkSettings?.Networks?.Values ?? []
                           where attachment is not null
                           select new EndpointId(attachment.EndpointID);
            return (
                [.. called.Select(id => intent.Networks.GetValueOrDefault(id)).OfType<NetworkRecord>()],
                [.. attached.Select(id => intent.Endpoints.GetValueOrDefault(id)).OfType<EndpointRecord>()]);
        }
        catch (EngineException e)
        {
            throw new PluginException(
                $"nothing that Hawser knows by itself is called \"{name}\", and Docker cannot be asked: {e.Message}", e);
        }
    }

    SubjectReport Explain(NetworkRecord network, RoundContext context, IReadOnlyList<string> broken)
    {
        var rules = DesiredWords.Rules(context.Intent, context.Intent.Without(network.Id), context.Facts, chainPrefix).ToList();
        return new SubjectReport(
            "network", network.Id.Value, DesiredWords.Of(network, context.Facts),
            [.. network.Units.Select(u => Explain(u, context))], rules, rules.Count > 0 ? broken : []);
    }

    SubjectReport Explain(EndpointRecord endpoint, RoundContext context, IReadOnlyList<string> broken)
    {
        var rules = DesiredWords.Rules(context.Intent, context.Intent.Without(endpoint.Id), context.Facts, chainPrefix).ToList();
        var words = context.Intent.NetworkOf(endpoint) is { } network
            ? DesiredWords.Of(endpoint, network, context.Facts)
            : "its network is gone";
        return new SubjectReport(
            "endpoint", endpoint.Id.Value, words, [Explain(endpoint.Unit, context)], rules, rules.Count > 0 ? broken : []);
    }

    UnitReport Explain(UnitId unit, RoundContext context)
    {
        var planned = new PlannedUnit(unit, context.Plan(unit), OfAnyInstance: false);
        string[] differences =
        [
            .. host.NorthboundApplier.Differences([planned], context),
            .. host.VswitchApplier.Differences([planned], context),
            .. host.LinkApplier.Differences([planned]),
            .. GatewayApplier.Differences([planned]),
        ];
        var status = converger.Statuses[unit];
        return new UnitReport(
            unit.Value, (status?.State ?? UnitState.Pending).ToString(), status?.Detail,
            planned.Desired is { } desired ? [.. DesiredText.Lines(desired)] : ["nothing: it is being removed"], differences);
    }
}
