using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Core.Tables;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Apply;

/// <summary>
/// What must still hold in the northbound database when a transaction is done: other hosts write there at the same time. If
/// something does not hold, nothing of the transaction is done.
/// </summary>
sealed class Preconditions(Transaction transaction)
{
    readonly Dictionary<int, Precondition> _all = [];

    /// <summary>The precondition that an operation of the transaction stands for.</summary>
    public Precondition this[int operation] => _all[operation];

    /// <summary>Matches the rows that hold an address which an endpoint claims.</summary>
    public static Condition Holding(AddressClaim claim) => Condition.Includes(Marks.ExternalIds,
        Datum.StringMap([new(Northbound.SwitchKey, claim.Switch), new(claim.Key, claim.Address)]));

    /// <summary>If several hosts make a row at once, this lets one succeed.</summary>
    public void RequireAbsent(UnitId unit, RowKey row)
    {
        var named = row.MapKey is { } entry
            ? Condition.Includes(row.Column!, entry, row.Value!)
            : Condition.Is(row.Column!, Datum.Of(row.Value!));
        Require(new(unit, null), row.Table, [named], "_uuid", []);
    }

    /// <summary>No port may hold the address.</summary>
    public void RequireFree(UnitId unit, AddressClaim claim) =>
        Require(new(unit, claim), Northbound.LogicalSwitchPort, [Holding(claim)], "_uuid", []);

    /// <summary>No host may have joined or left a row meanwhile.</summary>
    public void RequireUnchanged(UnitId unit, Row row) =>
        Require(
            new(unit, null), row.Table, [Condition.Row(row.Uuid)], Marks.ExternalIds,
            [[KeyValuePair.Create(Marks.ExternalIds, row[Marks.ExternalIds])]]);

    void Require(
        Precondition precondition, string table, Condition[] where, string column,
        IEnumerable<IEnumerable<KeyValuePair<string, Datum>>> rows) =>
        _all[transaction.Wait(table, where, [column], "==", rows, TimeSpan.Zero)] = precondition;
}

/// <summary>Something that a unit's rows need.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Claim">The address that must be free, or null if the precondition is about something else.</param>
sealed record Precondition(UnitId Unit, AddressClaim? Claim);
