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
        var intent = store.Current;
        var (ids, unanswered) = await AskDockerAsync(request.Name, ct);
        List<NetworkRecord> networks =
            [.. intent.Networks.Values.Where(n => ids.Contains(n.Id.Value) || Matches(n.Id.Value, n.Name, request.Name))];
        List<EndpointRecord> endpoints =
            [.. intent.Endpoints.Values.Where(e => ids.Contains(e.Id.Value) || Matches(e.Id.Value, e.Container, request.Name))];
        List<AttachmentRecord> attachments = [.. intent.Attachments.Values.Where(a => Matches(a.ContainerId, a.Container, request.Name))];
        if (networks.Count + endpoints.Count + attachments.Count == 0) throw Unknown(request.Name, unanswered);
        var context = new RoundContext(intent, converger.Facts, new NorthboundView(host.Central.Current));
        var broken = await host.Firewall.DifferencesAsync(context.Intent, context.Facts, ct);
        return new ExplainReport(
        [
            .. networks.Select(n => Explain(n, context, broken)),
            .. endpoints.Select(e => Explain(e, context, broken)),
            .. attachments.Select(a => new SubjectReport(
                "attachment", a.Id.Value, DesiredWords.Of(a), [Explain(a.Unit, context)], [], [])),
        ]);
    }

    static PluginException Unknown(string name, EngineException? unanswered) => unanswered is null
        ? new($"no network and no container on one of Hawser's networks is called \"{name}\": "
            + "give a name or an id that docker network ls or docker ps shows")
        : new($"nothing that Hawser knows by itself is called \"{name}\", and Docker cannot be asked: {unanswered.Message}", unanswered);

    static bool Matches(string id, string? known, string name) =>
        id == name || known == name || (name.Length >= LeastDigits && id.StartsWith(name, StringComparison.Ordinal));

    // The ids of the networks and endpoints that Docker knows by a name. Hawser is told the names of logical networks and of their
    // containers alone, so its own records would not give all networks of a container.
    async Task<(HashSet<string> Ids, EngineException? Unanswered)> AskDockerAsync(string name, CancellationToken ct)
    {
        if (engine is null) return ([], null);
        try
        {
            var networks = (await engine.NetworksAsync(names.All, ct)).Where(n => n.Name == name).Select(n => n.Id);
            var endpoints = from container in await engine.ContainersAsync(ct)
                            where Matches(container.Id, container.Names?.FirstOrDefault()?.TrimStart('/'), name)
                            from attachment in container.NetworkSettings?.Networks?.Values ?? []
                            where attachment is not null
                            select attachment.EndpointID;
            return ([.. networks, .. endpoints], null);
        }
        catch (EngineException e)
        {
            return ([], e);
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
        var planned = context.Plan(unit);
        var status = converger.Statuses[unit];
        return new UnitReport(
            unit.Value, (status?.State ?? UnitState.Pending).ToString(), status?.Detail,
            Lines(planned), [.. host.Differences([planned], context)]);
    }

    static string[] Lines(PlannedUnit planned) => planned switch
    {
        { Desired: { } desired } => [.. DesiredText.Lines(desired)],
        { Failure: { } failure } => [failure],
        _ => ["nothing: it is being removed"],
    };
}
