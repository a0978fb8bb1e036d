using Hawser.Core;
using Hawser.Core.Plan;
using Hawser.Ovsdb;
using Hawser.Ovsdb.Sync;

namespace Hawser.Apply;

/// <summary>
/// Makes a host join rows of the northbound database that hosts share, and leave them. The last host that leaves removes what
/// Hawser made for them.
/// </summary>
sealed class Shares(RowBatch rows, Preconditions preconditions, string chassis, InstanceId instance)
{
    readonly List<int> _guarded = [];
    readonly List<string> _differences = [];

    /// <summary>The operations that must each have matched a row.</summary>
    public IReadOnlyList<int> Guarded => _guarded;

    /// <summary>What differs, one sentence each.</summary>
    public IReadOnlyList<string> Differences => _differences;

    /// <summary>Corrects this host's entries in a row. Makes the row if it does not exist.</summary>
    public void Join(PlannedUnit planned, DesiredShare share)
    {
        if (rows.Find(share.Row.Key) is { } row) Join(planned, share, row);
        else Make(planned.Unit, share);
    }

    /// <summary>Gives up what this host has in a row. With the last share, the rows that Hawser made for it go too.</summary>
    public void Leave(PlannedUnit planned, LeftShare share)
    {
        if (rows.Find(share.Row) is not { } row) return;
        var gone = SharesToGiveUp(planned, row).ToList();
        if (gone.Count == 0) return;
        // If several hosts leave at once, one of them has to see that it is the last.
        preconditions.RequireUnchanged(planned.Unit, row);
        _differences.Add($"{share.Row}: this host has no networks on it any more");
        rows.Transaction.Mutate(row.Table, [Condition.Row(row.Uuid)], Mutation.DeleteKeys(Marks.ExternalIds, gone.Concat(share.OtherKeys)));
        if (gone.Count < Marks.SharesIn(row).Count()) return;

        foreach (var last in share.LastRows.Select(rows.Find).OfType<Row>()) rows.Remove(last);
        // If others have ports on it, the row is theirs and stays.
        if (Marks.IsMade(row)) rows.Transaction.Delete(row.Table, [Condition.Row(row.Uuid), Condition.Is("ports", Datum.Empty)]);
    }

    void Make(UnitId unit, DesiredShare share)
    {
        var row = share.Row.WithEntries(Marks.ExternalIds, [.. share.Keys.Select(k => (k.Key, k.Value))]);
        rows.Ensure(unit, [RowPlacement.Root(row)]);
    }

    void Join(PlannedUnit planned, DesiredShare share, Row row)
    {
        var gone = SharesToGiveUp(planned, row).Where(key => !share.Keys.ContainsKey(key)).ToList();
        var missing = share.Keys.Where(k => row[Marks.ExternalIds].StringValue(k.Key) != k.Value).ToList();
        if (gone.Count == 0 && missing.Count == 0) return;
        if (share.DependsOnOthers) preconditions.RequireUnchanged(planned.Unit, row);
        _differences.Add($"{share.Row.Key}: this host's networks on it are not as they should be");
        _guarded.Add(rows.Transaction.Mutate(row.Table, [Condition.Row(row.Uuid)],
            Mutation.DeleteKeys(Marks.ExternalIds, gone.Concat(missing.Select(m => m.Key))),
            Mutation.Insert(Marks.ExternalIds, Datum.StringMap(missing))));
    }

    IEnumerable<string> SharesToGiveUp(PlannedUnit planned, Row row) =>
        from share in Marks.SharesIn(row)
        where Marks.IsShareOf(share.Key, chassis) && (planned.OfAnyInstance || share.Instance == instance)
        select share.Key;
}
