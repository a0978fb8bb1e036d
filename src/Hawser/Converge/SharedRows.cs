using Hawser.Core;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Converge;

/// <summary>What another host has in the northbound database: for when it is gone for good.</summary>
sealed class SharedRows(OvnCentral central)
{
    /// <summary>How many ports and shares in switches a host has.</summary>
    /// <exception cref="PluginException">The database is away.</exception>
    public async Task<(int Ports, int Switches)> CountAsync(string host, CancellationToken ct)
    {
        var (ports, switches) = await ReadAsync(host, ct);
        return (ports.Count, switches.Count);
    }

    /// <summary>Takes a host's ports and its shares in switches; a switch that nobody else shares goes with them.</summary>
    /// <exception cref="PluginException">The database is away.</exception>
    public async Task<(int Ports, int Switches)> ForgetHostAsync(string host, CancellationToken ct)
    {
        var (ports, switches) = await ReadAsync(host, ct);
        var transaction = new Transaction(Northbound.Database);
        foreach (var port in ports)
            transaction.Mutate(Northbound.LogicalSwitch, Condition.Includes("ports", Datum.Of(port.Uuid)), Mutation.Delete("ports", Datum.Of(port.Uuid)));
        foreach (var row in switches)
        {
            var shares = Northbound.SharesIn(row).Select(s => s.Key).ToList();
            var gone = shares.Where(s => Northbound.IsShareOf(s, host)).ToList();
            transaction.Wait(Northbound.LogicalSwitch, [Condition.Row(row.Uuid)], ["external_ids"], "==", [[new("external_ids", row["external_ids"])]], TimeSpan.Zero);
            transaction.Mutate(Northbound.LogicalSwitch, Condition.Row(row.Uuid), Mutation.DeleteKeys("external_ids", gone));
            if (gone.Count == shares.Count && row["external_ids"].StringValue(Northbound.MadeKey) is not null)
                transaction.Delete(Northbound.LogicalSwitch, [Condition.Row(row.Uuid), Condition.Is("ports", Datum.Empty)]);
        }
        if (transaction.IsEmpty) return (0, 0);
        return (await Live.TransactAsync(transaction, ct)).Outcome == TransactionOutcome.Committed
            ? (ports.Count, switches.Count)
            : throw new PluginException("OVN's northbound database was changed by another host meanwhile: try again");
    }

    OvsdbReplica Live => central.Live ?? throw new PluginException(central.Unavailable);

    async Task<(IReadOnlyList<Row> Ports, IReadOnlyList<Row> Switches)> ReadAsync(string host, CancellationToken ct)
    {
        var question = new Transaction(Northbound.Database);
        var ports = question.Select(Northbound.LogicalSwitchPort, [Condition.Includes("external_ids", Northbound.HostKey, host)], ["_uuid", "name"]);
        var switches = question.Select(Northbound.LogicalSwitch, [], ["_uuid", "name", "external_ids"]);
        var reply = await Live.TransactAsync(question, ct);
        return (reply[ports].Rows, [.. reply[switches].Rows.Where(s => Northbound.SharesIn(s).Any(share => Northbound.IsShareOf(share.Key, host)))]);
    }
}
