using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovn;
using Hawser.Ovsdb;

namespace Hawser.Apply;

/// <summary>
/// Counts and removes what another host has in the northbound database, for when that host is gone for good. The database is
/// seen as that host saw it, and all goes that the host would remove if it had no networks any more.
/// </summary>
sealed class SharedRows(OvnCentral central)
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>How many ports and networks a host has.</summary>
    /// <exception cref="PluginException">The database is away.</exception>
    public Task<(int Ports, int Networks)> CountAsync(string host, CancellationToken ct) =>
        VisitAsync(host, (things, _, _) => Task.FromResult(Count(things)), ct);

    /// <summary>
    /// Removes a host's ports, its gateway routers and its shares in switches and routers. Switches and routers that nobody
    /// else shares go too.
    /// </summary>
    /// <exception cref="PluginException">The database is away.</exception>
    public Task<(int Ports, int Networks)> ForgetHostAsync(string host, CancellationToken ct) =>
        VisitAsync(host, async (things, replica, ct) =>
        {
            var units = things.Select(t => new PlannedUnit(t.Unit, null, OfAnyInstance: true)).Distinct().ToList();
            var snapshot = replica.Current!;
            var view = new NorthboundView(snapshot);
            var changes = NorthboundChanges.Of(
                units, unit => Planner.Leaving(unit, HostIntent.Empty, host, view), snapshot, host, default, []);
            if (changes.Transaction.IsEmpty) return (0, 0);
            return (await replica.TransactAsync(changes.Transaction, ct)).Outcome == TransactionOutcome.Committed
                ? Count(things)
                : throw new PluginException("OVN's northbound database was changed by another host meanwhile: try again");
        }, ct);

    static (int Ports, int Networks) Count(IReadOnlyList<MarkedThing> things)
    {
        var ports = things.Count(t => t.Kind == Northbound.LogicalSwitchPort && t.Unit.EndpointId is not null);
        var networks = things.Select(t => t.Unit).Distinct().Count(u => u.Kind == UnitKind.Switch);
        return (ports, networks);
    }

    async Task<T> VisitAsync<T>(
        string host, Func<IReadOnlyList<MarkedThing>, OvsdbReplica, CancellationToken, Task<T>> visit, CancellationToken ct)
    {
        await central.ReadyAsync(Deadline, ct);
        using var visiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var replica = central.SeenBy(host);
        var running = replica.RunAsync(visiting.Token);
        try
        {
            var snapshot = await replica.WhenLiveAsync(ct).WaitAsync(Deadline, ct);
            return await visit([.. Surplus.OfHost(snapshot, host)], replica, ct);
        }
        catch (TimeoutException e)
        {
            throw new PluginException(central.Unavailable, e);
        }
        finally
        {
            await visiting.CancelAsync();
            await Task.WhenAny(running);
        }
    }
}
