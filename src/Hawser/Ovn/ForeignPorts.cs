using System.Net;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Ovn;

/// <summary>
/// Ports of others on a logical switch that was there before Hawser: an older driver's, or an administrator's. They are not
/// followed, for a host has no use for them. Only their columns of addresses say what they hold.
/// </summary>
sealed class ForeignPorts(OvnCentral central)
{
    /// <summary>Refuses an endpoint with an address that such a port holds.</summary>
    /// <exception cref="PluginException">One does, or the database is away.</exception>
    public async Task CheckAsync(LogicalSwitch logical, EndpointRecord endpoint, CancellationToken ct)
    {
        if (central.Live is not { } replica || replica.Current![Northbound.LogicalSwitch].Find("name", logical.Name) is not { } row
            || Marks.IsMade(row)) return;
        try
        {
            var question = new Transaction(Northbound.Database);
            question.Select(Northbound.LogicalSwitch, [Condition.Row(row.Uuid)], ["ports"]);
            if ((await replica.TransactAsync(question, ct))[0].Rows is not [var found]) return;
            var ports = new Transaction(Northbound.Database);
            foreach (var port in found["ports"].Keys)
                ports.Select(
                    Northbound.LogicalSwitchPort, [Condition.Row(port.AsUuid)],
                    ["name", "addresses", "dynamic_addresses", Marks.ExternalIds]);
            if (ports.IsEmpty) return;
            var reply = await replica.TransactAsync(ports, ct);
            var foreign = Enumerable.Range(0, found["ports"].Count)
                .SelectMany(n => reply[n].Rows)
                .Where(p => p[Marks.ExternalIds].StringValue(Northbound.SwitchKey) is null);
            foreach (var port in foreign)
            {
                var wanted = new[] { endpoint.Address, endpoint.AddressIPv6 }.OfType<IPAddress>();
                foreach (var address in wanted.Where(Addresses(port).Contains))
                    throw new PluginException(
                        $"address {address} is taken by port {port.Get(Northbound.Name)} of logical switch {logical.Name}, "
                        + "which is not Hawser's: choose another with --ip");
            }
        }
        catch (OvsdbException e)
        {
            throw new PluginException(central.Unavailable, e);
        }
    }

    // An element is "MAC IP IP…"; words such as dynamic, router and unknown are no addresses.
    static HashSet<IPAddress> Addresses(Row port) =>
    [
        .. from set in port["addresses"].Keys.Concat(port["dynamic_addresses"].Keys)
           from word in set.AsString.Split(' ')
           where IPAddress.TryParse(word, out _)
           select IPAddress.Parse(word),
    ];
}
