using Hawser.Apply;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.State;

namespace Hawser.Converge;

/// <summary>
/// Clears up once nothing of a unit exists any more: queues its links for the reaper, then forgets its record. A kill in
/// between leaves marked links without a unit, which the full round of the next start queues again.
/// </summary>
sealed class Burial(IntentStore store, Host host)
{
    /// <summary>Forgets the records that a unit stood for, if what they record is gone.</summary>
    /// <returns>Why a record could not be forgotten, or null.</returns>
    public string? Bury(UnitId unit, UnitState state, HostIntent intent, bool isPurged)
    {
        if (unit.EndpointId is { } endpoint) return state == UnitState.Gone ? Bury(unit, endpoint, intent, isPurged) : null;
        if (unit.AttachmentId is { } attachment) return state == UnitState.Gone ? Bury(unit, attachment, isPurged) : null;
        if (state is not (UnitState.Gone or UnitState.Applied or UnitState.Ready)) return null;
        // Of a network with two units, the first one counts: its router, which goes last because it waits for the firewall.
        var over = intent.Networks.Values.Where(n => n.IsRemoving && n.Units[0] == unit).Select(n => n.Id);
        return over.Select(network => Forget(() => store.Forget(network))).ToList().FirstOrDefault(failure => failure is not null);
    }

    /// <summary>Queues this installation's links that belong to no unit.</summary>
    public void BuryStrays()
    {
        var strays = Surplus.Find(null, null, host.Links.All, Planner.Units(store.Current).ToHashSet());
        foreach (var stray in strays.Where(t => t.Instance == store.Instance)) host.Reaper.Doom(stray.Name);
    }

    string? Bury(UnitId unit, EndpointId endpoint, HostIntent intent, bool isPurged)
    {
        // A link that was made a moment ago is not in the table yet, but will be when the reaper comes. Changed rows bring
        // another installation's endpoints here too.
        var isOurs = isPurged || intent.Endpoints.ContainsKey(endpoint);
        var mark = Names.ParseAlias(host.Links.Find(Names.HostEnd(endpoint))?.Alias);
        var isDoomed = mark is null ? isOurs : mark.Value.Unit == unit && (isOurs || mark.Value.Instance == store.Instance);
        if (isDoomed) host.Reaper.Doom(Names.HostEnd(endpoint));
        return Forget(() => store.Forget(endpoint));
    }

    string? Bury(UnitId unit, AttachmentId attachment, bool isPurged)
    {
        // One that was made a moment ago is not in the table yet.
        var made = store.Current.Attachments.GetValueOrDefault(attachment)?.HostEnd;
        var marked = from link in host.Links.All
                     let mark = Names.ParseAlias(link.Alias)
                     where mark is not null && mark.Value.Unit == unit && (isPurged || mark.Value.Instance == store.Instance)
                     select link.Name;
        foreach (var link in marked.Concat(made is null ? [] : [made]).Distinct()) host.Reaper.Doom(link);
        return Forget(() => store.Forget(attachment));
    }

    // If a record cannot be forgotten, because the disk is full or read-only, only its own unit fails.
    static string? Forget(Action forget)
    {
        try
        {
            forget();
            return null;
        }
        catch (PluginException e)
        {
            return e.Message;
        }
    }
}
